import type { DataSet } from "../../catalogue/dataset.ts";
import { profileRoles } from "../../model/identity.ts";
import {
  cleanBirthDateSql,
  cleanNhsNumberSql,
  cleanPostcodeSql,
  cleanSexSql,
  cleanTextSql,
  isAfterEndSql,
  isFirstOfJanuarySql,
  sameOn,
  tenDigitsSql,
} from "../../model/identity-sql.ts";
import type { RuleSet } from "../../model/rule-set.ts";
import { fn } from "../../sql/functions.ts";
import type { Statement } from "../../sql/operation.ts";
import { and, as, cast, columnsOf, ident, join, literal, nullOf, or, type Sql, sql } from "../../sql/sql.ts";
import { columns, statement } from "../../sql/statement.ts";
import { valueColumns, valueNames } from "./columns.ts";

/** How a profile finds its person: by the passes, by a supplier's id, or not at all. */
export const reach = { passes: 1, given: 2, none: 3 } as const;

const rawNames = [...valueNames, "is_after_end"];
const union = sql`
UNION ALL
`;

/** Name of the scan of a data set's identity zone. */
function scanName(dataSet: DataSet): string {
  return `identity_${dataSet.id}`;
}

/** A data set's records with their values as submitted, under the names of their roles. One row per record. */
function records(dataSet: DataSet): Sql {
  const of = (role: keyof DataSet["roles"]): Sql => {
    const field = dataSet.roles[role];
    return field === undefined ? nullOf(role.endsWith("_date") ? "date" : "varchar") : ident(field);
  };
  return sql`SELECT ${join([
    ident("record_id"),
    as(naturalKey(dataSet), "natural_key"),
    ...profileRoles.map((role) => as(of(role), role)),
    as(of("given_person_id"), "given_person_id"),
    as(isAfterEndSql(of("birth_date"), of("end_date")), "is_after_end"),
  ])} FROM ${ident(scanName(dataSet))}`;
}

/** The natural key as one text; parts are joined by "/". */
function naturalKey(dataSet: DataSet): Sql {
  const parts = dataSet.naturalKey.map((name) => sql`coalesce(${cast(ident(name), "varchar")}, '')`);
  return parts.length === 1
    ? cast(ident(dataSet.naturalKey[0] ?? ""), "varchar")
    : join(parts, sql` || '/' || `);
}

/** Distinct submitted values of one data set: a patient with forty episodes is judged once. Key `raw_id`. */
export function rawTable(dataSet: DataSet): Statement {
  return statement(
    `raw_${dataSet.id}`,
    [
      ...valueColumns,
      ...columns({
        is_after_end: "boolean",
        nhs_digits: "bigint",
        raw_id: "bigint",
        first_key: "varchar",
        n_records: "bigint",
      }),
    ],
    sql`SELECT ${columnsOf(rawNames, "r")},
  ${as(tenDigitsSql(ident("r", "nhs_number")), "nhs_digits")},
  min(r.record_id) AS raw_id, min(r.natural_key) AS first_key, count(*) AS n_records
FROM (${records(dataSet)}) AS r
GROUP BY ${columnsOf(rawNames, "r")}`,
  );
}

/** The values of all data sets as the rule set compares them, with the way each finds its person. Key `raw_id`. */
export function cleanTable(dataSets: readonly DataSet[], ruleSet: RuleSet): Statement {
  const parts = dataSets.map((dataSet) => cleaned(dataSet, placeOf(dataSet, dataSets)));
  const both = sql`CASE WHEN c.provider IS NOT NULL AND c.local_patient_id IS NOT NULL THEN`;
  const values = valueNames.map((name) => {
    if (name === "provider" || name === "local_patient_id")
      return as(sql`${both} ${ident("c", name)} END`, name);
    return ident("c", name);
  });
  const matchable = or(ruleSet.passes.map(takesPart));
  return statement(
    "clean",
    [
      ...valueColumns,
      ...columns({ raw_id: "bigint", reach: "tinyint", first_record: "varchar", n_records: "bigint" }),
    ],
    sql`SELECT ${columnsOf(
      valueNames.slice(0, -1),
      "m",
    )}, CASE WHEN m.reach <> ${literal(reach.passes)} THEN m.given_person_id END AS given_person_id,
  m.raw_id, m.reach, m.first_record, m.n_records
FROM (
  SELECT ${join(values)}, c.raw_id, c.first_record, c.n_records,
    CASE WHEN ${matchable} THEN ${literal(reach.passes)}
      WHEN c.given_person_id IS NOT NULL THEN ${literal(reach.given)} ELSE ${literal(reach.none)} END AS reach
  FROM (${join(parts, union)}) AS c
) AS m`,
  );
}

/** Whether a profile has all that a pass compares. */
function takesPart(pass: RuleSet["passes"][number]): Sql {
  const needed = pass.agreements.filter((a) => a.how !== "not-contradicting").map((a) => a.role);
  const withBoth = needed.includes("local_patient_id") ? [...needed, "provider" as const] : needed;
  const present = withBoth.map((role) => sql`${ident("c", role)} IS NOT NULL`);
  return and(pass.conditions.includes("not-1-january") ? [...present, isNotNewYear("c")] : present);
}

/** Whether a table's birth date is not 1 January. */
export function isNotNewYear(table: string): Sql {
  return sql`NOT ${isFirstOfJanuarySql(ident(table, "birth_date"))}`;
}

function cleaned(dataSet: DataSet, place: string): Sql {
  const given = cleanTextSql(ident("r", "given_person_id"));
  const space = literal(`${dataSet.roles.given_person_id ?? dataSet.id}/`);
  return sql`SELECT ${join([
    as(cleanNhsNumberSql(ident("r", "nhs_number"), ident("r", "nhs_digits")), "nhs_number"),
    as(cleanBirthDateSql(ident("r", "birth_date"), ident("r", "is_after_end")), "birth_date"),
    as(cleanSexSql(ident("r", "sex")), "sex"),
    as(cleanPostcodeSql(ident("r", "postcode")), "postcode"),
    as(cleanTextSql(ident("r", "provider")), "provider"),
    as(cleanTextSql(ident("r", "local_patient_id")), "local_patient_id"),
    as(sql`${space} || ${given}`, "given_person_id"),
    ident("r", "raw_id"),
    as(sql`${literal(place)} || ${ident("r", "first_key")}`, "first_record"),
    ident("r", "n_records"),
  ])} FROM ${ident(`raw_${dataSet.id}`)} AS r`;
}

/** The data set's place by id, as one letter: a natural key after it sorts like the pair, and fast. */
function placeOf(dataSet: DataSet, dataSets: readonly DataSet[]): string {
  const before = dataSets.filter((other) => other.id < dataSet.id);
  return String.fromCharCode(65 + before.length);
}

/** A `first_record` of the tables between as "data set/natural key". */
export function fullRecordKey(first: Sql, dataSets: readonly DataSet[]): Sql {
  const cases = dataSets.map(
    (dataSet) => sql`WHEN ${literal(placeOf(dataSet, dataSets))} THEN ${literal(`${dataSet.id}/`)}`,
  );
  return sql`CASE ${fn.substring(first, literal(1), literal(1))} ${join(cases, sql` `)} END || ${fn.substring(first, literal(2), literal(1000))}`;
}

/** Data set and natural key in one text, which sorts like the pair. */
function recordKey(dataSet: DataSet, key: Sql): Sql {
  return sql`${literal(`${dataSet.id}/`)} || ${key}`;
}

/** Records that no pass and no supplier's id can place. Key `record_id`. */
export function looseTable(dataSets: readonly DataSet[]): Statement {
  const parts = dataSets.map(
    (dataSet) => sql`SELECT ${literal(dataSet.id)} AS data_set, r.record_id,
  ${recordKey(dataSet, ident("r", "natural_key"))} AS record_key,
  ${literal(placeOf(dataSet, dataSets))} || r.natural_key AS first_record,
  ${columnsOf(valueNames, "g")}
FROM (${records(dataSet)}) AS r
JOIN (
  SELECT ${join(rawNames.map((name) => as(ident("w", name), `raw_${name}`)))}, ${columnsOf(valueNames, "c")}
  FROM ${ident(`raw_${dataSet.id}`)} AS w
  JOIN clean AS c ON c.raw_id = w.raw_id
  WHERE c.reach = ${literal(reach.none)}
) AS g ON ${join(
      rawNames.map((name) => sql`${ident("r", name)} IS NOT DISTINCT FROM ${ident("g", `raw_${name}`)}`),
      sql` AND `,
    )}`,
  );
  return statement(
    "loose",
    [
      ...columns({
        data_set: "varchar",
        record_id: "bigint",
        record_key: "varchar",
        first_record: "varchar",
      }),
      ...valueColumns,
    ],
    join(parts, union),
  );
}

/**
 * Identity profiles, numbered from 0 in order of their least record. Key `profile_id`; also (values, record_key).
 * A record that stands for itself is a profile of its own, named by `record_key`.
 */
export function profileTable(): Statement {
  const order = [...valueNames, "record_key"].map((name) => sql`${ident("p", name)} NULLS FIRST`);
  const least = valueNames.map((name) => as(sql`min(${ident("l", name)})`, name));
  return statement(
    "profile",
    [
      ...columns({ profile_id: "integer" }),
      ...valueColumns,
      ...columns({ record_key: "varchar", reach: "tinyint", first_record: "varchar", n_records: "bigint" }),
    ],
    sql`SELECT row_number() OVER (ORDER BY p.first_record NULLS FIRST, ${join(order, sql`, `)}) - 1 AS profile_id,
  ${columnsOf(valueNames, "p")}, p.record_key, p.reach, p.first_record, p.n_records
FROM (
  SELECT ${columnsOf(valueNames, "c")}, ${as(nullOf("varchar"), "record_key")}, c.reach,
    min(c.first_record) AS first_record, sum(c.n_records) AS n_records
  FROM clean AS c
  WHERE c.reach <> ${literal(reach.none)}
  GROUP BY ${columnsOf(valueNames, "c")}, c.reach
  UNION ALL
  SELECT ${join(least)}, l.record_key, ${literal(reach.none)} AS reach, l.first_record, count(*) AS n_records
  FROM loose AS l
  GROUP BY l.record_key, l.first_record
) AS p`,
  );
}

/** The profile of each distinct submission. Key `raw_id`. */
export function rawProfileTable(): Statement {
  return statement(
    "raw_profile",
    columns({ raw_id: "bigint", profile_id: "integer" }),
    sql`SELECT c.raw_id, p.profile_id
FROM clean AS c
JOIN profile AS p ON ${sameOn("c", "p", [...valueNames, "reach"])}
WHERE c.reach <> ${literal(reach.none)}`,
  );
}

/** The person of each record of a data set, in order of `record_id`, its key. */
export function personsQuery(dataSet: DataSet): Sql {
  return sql`SELECT a.record_id, a.person_id, a.match_pass, a.id_type
FROM (
  SELECT r.record_id, g.person_id, g.match_pass, g.id_type
  FROM (${records(dataSet)}) AS r
  JOIN (
    SELECT ${columnsOf(rawNames, "w")}, p.person_id, p.match_pass, p.id_type
    FROM ${ident(`raw_${dataSet.id}`)} AS w
    JOIN raw_profile AS x ON x.raw_id = w.raw_id
    JOIN placed AS p ON p.profile_id = x.profile_id
  ) AS g ON ${sameOn("r", "g", rawNames)}
  UNION ALL
  SELECT l.record_id, q.person_id, q.match_pass, q.id_type
  FROM loose AS l
  JOIN profile AS o ON o.record_key = l.record_key
  JOIN placed AS q ON q.profile_id = o.profile_id
  WHERE l.data_set = ${literal(dataSet.id)}
) AS a
ORDER BY a.record_id`;
}
