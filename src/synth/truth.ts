import { hesAe } from "../catalogue/hes-ae.ts";
import { hesApc } from "../catalogue/hes-apc.ts";
import { hesCc } from "../catalogue/hes-cc.ts";
import { hesOp } from "../catalogue/hes-op.ts";
import type { Copy } from "../sql/operation.ts";
import { as, cast, ident, join, literal, type Sql, sql } from "../sql/sql.ts";
import type { Column, SqlType } from "../sql/type.ts";
import { attendances } from "./ae-file.ts";
import { dateOf } from "./calendar.ts";
import { criticalCare } from "./cc-file.ts";
import { deathTruth } from "./deaths.ts";
import { addressNumber, addressPostcode, addressStart, blockHouseholds } from "./households.ts";
import { recordKey } from "./keys.ts";
import { appointments } from "./op-file.ts";
import { areaOf, imdDecile, lsoaOf, placeOf, postcodeText } from "./places.ts";
import type { HesRelease, Plan } from "./plan.ts";
import { episodes } from "./stays.ts";

const recordColumns: readonly Column[] = [
  { name: "data_set", type: "varchar" },
  { name: "natural_key", type: "varchar" },
  { name: "person", type: "bigint" },
];

/** `truth/records.parquet`: whose each record is; one row per data set and natural key of all files. */
export function recordTruthFile(plan: Plan): Copy {
  const parts = plan.releases.filter(({ early }) => !early).flatMap((release) => hesTruth(plan, release));
  return {
    kind: "copy",
    id: "truth of records",
    columns: recordColumns,
    file: "truth/records.parquet",
    as: { format: "parquet" },
    query: join([...parts, deathTruth()], sql` UNION ALL `),
  };
}

/** `truth/persons.parquet`: one row per person, key `person`; `communal_postcode` of those who live in an establishment. */
export function personTruthFile(plan: Plan): Copy {
  const communal = areaOf(plan, ident("communal"));
  return truthCopy(
    "persons",
    [
      ["person", "bigint", ident("person")],
      ["birth_date", "date", dateOf(ident("birth"))],
      ["sex", "varchar", ident("sex")],
      ["death_date", "date", dateOf(ident("death"))],
      ["died_in_hospital", "boolean", ident("dies_in_hospital")],
      ["ethnos", "varchar", ident("ethnos")],
      ["household", "bigint", ident("household")],
      ["communal_postcode", "varchar", postcodeText(communal, placeOf(plan, ident("communal"), communal))],
      ["active", "boolean", ident("active")],
      ["second_twin", "boolean", ident("second_twin")],
      ["nhs_number", "varchar", ident("nhs")],
      ["second_nhs_number", "varchar", ident("nhs2")],
    ],
    sql`synth_person`,
  );
}

/** `truth/addresses.parquet`: where households live, one row per household and address; the oldest from 1900 on. */
export function addressTruthFile(plan: Plan): Copy {
  const [household, area, place] = [ident("household"), ident("area"), ident("place")];
  return truthCopy(
    "addresses",
    [
      ["household", "bigint", household],
      [
        "from_date",
        "date",
        sql`CASE WHEN address = 0 THEN DATE '1900-01-01' ELSE ${dateOf(addressStart(plan, household, ident("address")))} END`,
      ],
      ["postcode", "varchar", postcodeText(area, place)],
      ["lsoa", "varchar", lsoaOf(plan, area, place)],
      ["imd_decile", "integer", imdDecile(plan, area, place)],
    ],
    sql`(
  SELECT *, ${addressPostcode(plan, household, ident("address"))} AS home, ${areaOf(plan, ident("home"))} AS area, ${placeOf(plan, ident("home"), area)} AS place
  FROM (
    SELECT household, CAST(unnest(range(1 + ${addressNumber(plan, household, literal(plan.last))})) AS INTEGER) AS address
    FROM (SELECT CAST(block * ${literal(blockHouseholds)} + unnest(range(${literal(blockHouseholds)})) AS INTEGER) AS household FROM synth_block)
  )
)`,
  );
}

function truthCopy(name: string, columns: readonly (readonly [string, SqlType, Sql])[], source: Sql): Copy {
  return {
    kind: "copy",
    id: `truth of ${name}`,
    columns: columns.map(([column, type]) => ({ name: column, type })),
    file: `truth/${name}.parquet`,
    as: { format: "parquet" },
    query: sql`SELECT ${join(columns.map(([column, type, value]) => as(cast(value, type), column)))} FROM ${source}`,
  };
}

function hesTruth(plan: Plan, { first, last }: HesRelease): Sql[] {
  const key = (table: "apc" | "op" | "ae" | "cc", day: string) =>
    recordKey(plan, table, ident(day), ident("record"));
  return [
    named(hesApc.id, key("apc", "finishes"), episodes(plan, first, last)),
    named(hesOp.id, key("op", "day"), appointments(plan, first, last)),
    named(hesAe.id, key("ae", "day"), attendances(plan, first, last)),
    named(hesCc.id, key("cc", "finishes"), criticalCare(plan, first, last)),
  ];
}

function named(dataSet: string, key: Sql, source: Sql): Sql {
  return sql`SELECT ${literal(dataSet)} AS data_set, CAST(${key} AS VARCHAR) AS natural_key, CAST(person AS BIGINT) AS person FROM (${source})`;
}
