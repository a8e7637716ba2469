import { cohort } from "../../catalogue/cohort.ts";
import {
  cleanBirthDateSql,
  cleanNhsNumberSql,
  cleanPostcodeSql,
  cleanSexSql,
  cleanTextSql,
  tenDigitsSql,
} from "../../model/identity-sql.ts";
import type { Release } from "../../model/release.ts";
import { fn } from "../../sql/functions.ts";
import type { Statement } from "../../sql/operation.ts";
import { as, cast, columnsOf, ident, join, literal, nullOf, or, type Sql, sql } from "../../sql/sql.ts";
import { columns, statement } from "../../sql/statement.ts";
import {
  memberColumns,
  nameRoles,
  profileColumns,
  ruleRoles,
  statedNumber,
  valueColumns,
} from "./columns.ts";
import { type Side, type SideName, sideInput, sideProfiles } from "./deterministic-spec.ts";

/** Of a hundred postcodes, the one with the most persons is taken for communal. Source: CUREd. */
const postcodesPerCommunal = 100;

/** The number that a record's id begins with, above these. */
const recordsPerRelease = 2 ** 32;

/** A side's statements: the history of a customer's list, and the distinct identity profiles of its persons today. */
export function sideTables(name: SideName, side: Side, releases: readonly Release[]): Statement[] {
  if ("ledger" in side) return [profileTable(name, ledgerRows(name))];
  return [memberTable(name, releases), profileTable(name, cohortRows(name))];
}

/** What each file said of each reference, in the order of the files. Also `record_id`, its key. */
function memberTable(name: SideName, releases: readonly Release[]): Statement {
  const days = releases.map(
    ({ number, received }) =>
      sql` WHEN ${literal(number)} THEN ${cast(literal(received.slice(0, 10)), "date")}`,
  );
  const release = fn.integerDivide(ident("c", "record_id"), literal(recordsPerRelease));
  const query = sql`SELECT ${literal(name)} AS side, h.reference, h.status, h.record_start_date,
  lead(h.record_start_date) OVER w AS record_end_date,
  h.status = 'add' AND lead(h.record_id) OVER w IS NULL AS is_current, h.record_id
FROM (
  SELECT ${cleanTextSql(ident("c", "UNIQUE_REFERENCE"))} AS reference, lower(${ident("c", "STATUS")}) AS status, c.record_id,
    CASE ${release}${{ kind: "list", parts: days }} END AS record_start_date
  FROM ${ident(sideInput(name))} AS c
) AS h
WINDOW w AS (PARTITION BY h.reference ORDER BY h.record_id)`;
  return statement(`${name}_member`, [...memberColumns, ...columns({ record_id: "bigint" })], query);
}

/** The persons of a customer's list today, a row each, cleaned. */
function cohortRows(name: SideName): Sql {
  const field = (role: keyof typeof cohort.roles) => ident("c", cohort.roles[role] ?? "");
  const number = sql`replace(${field("nhs_number")}, ' ', '')`;
  const upper = (role: "family_name" | "given_name") => sql`upper(${cleanTextSql(field(role))})`;
  return sql`SELECT m.reference AS person_id, ${join([
    as(cleanNhsNumberSql(number, tenDigitsSql(number)), "nhs_number"),
    as(cleanBirthDateSql(field("birth_date"), literal(false)), "birth_date"),
    as(cleanSexSql(field("sex")), "sex"),
    as(cleanPostcodeSql(field("postcode")), "postcode"),
    as(upper("family_name"), "family_name"),
    as(upper("given_name"), "given_name"),
    as(sql`CASE WHEN ${fn.regexMatches(number, literal("^[0-9]{10}\\z"))} THEN ${number} END`, statedNumber),
    as(literal(1), "n_records"),
  ])}
FROM ${ident(`${name}_member`)} AS m
JOIN ${ident(sideInput(name))} AS c ON c.record_id = m.record_id
WHERE m.is_current`;
}

/** What a ledger knows of its persons: profiles that stand in a current record and say anything that is compared. */
function ledgerRows(name: SideName): Sql {
  const known = or(ruleRoles.map((role) => sql`${ident("l", role)} IS NOT NULL`));
  return sql`SELECT ${cast(sql`l.person_id`, "varchar")} AS person_id, ${columnsOf([...ruleRoles], "l")},
  ${join(nameRoles.map((role) => as(nullOf("varchar"), role)))}, l.nhs_number AS ${ident(statedNumber)}, l.n_records
FROM ${ident(sideInput(name))} AS l
WHERE NOT l.is_dormant AND ${known}`;
}

function profileTable(name: SideName, rows: Sql): Statement {
  const values = valueColumns.map((column) => column.name);
  const order = values.map((value) => sql`${ident("g", value)} NULLS FIRST`);
  return statement(
    sideProfiles(name),
    profileColumns,
    sql`SELECT row_number() OVER (ORDER BY g.person_id, ${join(order, sql`, `)}) - 1 AS profile_id, g.*
FROM (
  SELECT r.person_id, ${columnsOf(values, "r")}, sum(r.n_records) AS n_records
  FROM (${rows}) AS r
  GROUP BY r.person_id, ${columnsOf(values, "r")}
) AS g`,
  );
}

/** What passes look at beside the profiles: NHS numbers of the right's persons, and its postcodes with the most persons. */
export function besideTables(): Statement[] {
  const right = ident(sideProfiles("right"));
  return [
    statement(
      "person_number",
      columns({ person_id: "varchar", nhs_number: "varchar" }),
      sql`SELECT DISTINCT p.person_id, p.nhs_number FROM ${right} AS p WHERE p.nhs_number IS NOT NULL`,
    ),
    statement(
      "communal",
      columns({ postcode: "varchar" }),
      sql`SELECT r.postcode
FROM (
  SELECT q.postcode, count(*) OVER (ORDER BY q.n_persons DESC) AS n_before, count(*) OVER () AS n_postcodes
  FROM (
    SELECT p.postcode, count(DISTINCT p.person_id) AS n_persons
    FROM ${right} AS p
    WHERE p.postcode IS NOT NULL
    GROUP BY p.postcode
  ) AS q
) AS r
WHERE r.n_before * ${literal(postcodesPerCommunal)} <= r.n_postcodes`,
    ),
  ];
}
