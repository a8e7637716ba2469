import type { DataSet } from "../../catalogue/dataset.ts";
import { fieldOf } from "../../catalogue/dataset.ts";
import { knownDate } from "../../model/identity-sql.ts";
import type { Statement } from "../../sql/operation.ts";
import { and, as, columnsOf, ident, join, literal, nullOf, type Sql, sql } from "../../sql/sql.ts";
import { columns, statement } from "../../sql/statement.ts";

const union = sql`
UNION ALL
`;

const has = (dataSet: DataSet, field: string) => fieldOf(dataSet, field) !== undefined;

/** Whether a data set tells how a stay ended, and so of deaths. */
function tellsOfDeaths(dataSet: DataSet): boolean {
  return ["DISMETH", "DISDATE", "EPIEND"].every((field) => has(dataSet, field));
}

const hospitalColumns = columns({
  person_id: "bigint",
  death_date: "date",
  is_stillbirth: "boolean",
  ethnicity: "varchar",
  n_stays: "bigint",
});

/**
 * Deaths that hospitals report, one per person: stays that ended in death (method 4) or stillbirth (5), on the day of
 * discharge, else at the episode's end. Of several the last counts, as those before it were survived; a stay without a
 * real date tells of none. Key `person_id`.
 * Source: HES and ONS linked mortality guide, merging ONS data to HES.
 */
export function hospitalDeathTable(dataSets: readonly DataSet[]): Statement {
  const parts = dataSets.filter(tellsOfDeaths).map((dataSet) => hospitalDeaths(dataSet));
  const none = sql`SELECT ${join(
    [...hospitalColumns.slice(0, -1), ...columns({ record_id: "bigint" })].map((c) =>
      as(nullOf(c.type), c.name),
    ),
  )} WHERE FALSE`;
  const names = ["person_id", "death_date", "is_stillbirth", "ethnicity"];
  return statement(
    "hospital_death",
    hospitalColumns,
    sql`SELECT ${columnsOf(names, "r")}, r.n_stays
FROM (
  SELECT ${columnsOf(names, "h")}, count(*) OVER (PARTITION BY h.person_id) AS n_stays,
    row_number() OVER (PARTITION BY h.person_id ORDER BY h.death_date DESC, h.record_id) AS place
  FROM (${parts.length === 0 ? none : join(parts, union)}) AS h
  WHERE h.death_date IS NOT NULL
) AS r
WHERE r.place = 1`,
  );
}

function hospitalDeaths(dataSet: DataSet): Sql {
  const ethnicity = has(dataSet, "ETHNOS") ? ident("c", "ETHNOS") : nullOf("varchar");
  const date = sql`coalesce(${knownDate(ident("c", "DISDATE"))}, ${knownDate(ident("c", "EPIEND"))})`;
  return sql`SELECT p.person_id, ${date} AS death_date, ${ident("c", "DISMETH")} = '5' AS is_stillbirth,
    ${ethnicity} AS ethnicity, c.record_id
  FROM ${ident(`content_${dataSet.id}`)} AS c
  JOIN ${ident(`persons_${dataSet.id}`)} AS p ON p.record_id = c.record_id
  WHERE ${ident("c", "DISMETH")} IN ('4', '5')`;
}

/**
 * The last day on which a person who may be dead was seen alive: admission, attended appointment or arrival, with a real
 * date. Appointments that nobody came to and arrivals of the dead are no activity. Key `person_id`.
 */
export function activityTables(dataSets: readonly DataSet[]): Statement[] {
  return [
    statement(
      "concerned",
      columns({ person_id: "bigint" }),
      sql`SELECT c.person_id FROM candidate AS c UNION SELECT h.person_id FROM hospital_death AS h`,
    ),
    statement(
      "activity",
      columns({ person_id: "bigint", last_date: "date" }),
      sql`SELECT u.person_id, max(u.last_date) AS last_date
FROM (${join(dataSets.map(activityOf), union)}) AS u
GROUP BY u.person_id`,
    ),
  ];
}

function activityOf(dataSet: DataSet): Sql {
  const start = knownDate(ident("c", dataSet.roles.start_date ?? ""));
  const date = has(dataSet, "ADMIDATE")
    ? sql`coalesce(${knownDate(ident("c", "ADMIDATE"))}, ${start})`
    : start;
  const alive = [
    ...(has(dataSet, "ATTENDED") ? [sql`${ident("c", "ATTENDED")} IN ('5', '6')`] : []),
    ...(has(dataSet, "AEPATGROUP")
      ? [sql`coalesce(${ident("c", "AEPATGROUP")}, '') <> ${literal("70")}`]
      : []),
  ];
  return sql`SELECT p.person_id, max(${date}) AS last_date
  FROM ${ident(`content_${dataSet.id}`)} AS c
  JOIN ${ident(`persons_${dataSet.id}`)} AS p ON p.record_id = c.record_id
  WHERE ${and([sql`EXISTS (SELECT 1 FROM concerned AS k WHERE k.person_id = p.person_id)`, ...alive])}
  GROUP BY p.person_id`;
}
