import { hesAe } from "../catalogue/hes-ae.ts";
import { hesApc } from "../catalogue/hes-apc.ts";
import { hesCc } from "../catalogue/hes-cc.ts";
import { hesOp } from "../catalogue/hes-op.ts";
import type { Copy } from "../sql/operation.ts";
import { ident, join, literal, type Sql, sql } from "../sql/sql.ts";
import type { Column } from "../sql/type.ts";
import { attendances } from "./ae-file.ts";
import { criticalCare } from "./cc-file.ts";
import { deathTruth } from "./deaths.ts";
import { recordKey } from "./keys.ts";
import { appointments } from "./op-file.ts";
import { personTruth } from "./people.ts";
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

/** `truth/persons.parquet`: one row per person, key `person`. */
export function personTruthFile(plan: Plan): Copy {
  return {
    kind: "copy",
    id: "truth of persons",
    columns: [{ name: "person", type: "bigint" }],
    file: "truth/persons.parquet",
    as: { format: "parquet" },
    query: personTruth(plan),
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
