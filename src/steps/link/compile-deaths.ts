import { type RuleSet, ruleSetName } from "../../model/rule-set.ts";
import { fn } from "../../sql/functions.ts";
import type { Statement } from "../../sql/operation.ts";
import { cast, columnsOf, ident, join, literal, type Sql, sql } from "../../sql/sql.ts";
import { statement } from "../../sql/statement.ts";
import { deathColumns, heldColumns, reportColumns } from "./columns.ts";

const union = sql`
UNION ALL
`;

/**
 * One death per person from registration, hospital or both. With d the days from the hospital's date to the registered
 * one: 1 to 3 days after, the hospital's date holds (MIX1); up to 3 days before, the registered one (ONS1); further
 * apart, or without a registered date, the hospital's (HES2). Registered alone is ONS2, known to a hospital alone HES1.
 * Activity one day or more after the date of death is flagged: the day itself is no contradiction.
 * Source: HES and ONS linked mortality guide, merging ONS data to HES.
 */
export function personDeathTable(ruleSet: RuleSet): Statement {
  const days = fn.daysBetween(ident("h", "death_date"), ident("d", "death_date"));
  return statement(
    "person_death",
    deathColumns,
    sql`SELECT u.person_id, u.record_id,
  CASE WHEN u.used IN ('ONS1', 'ONS2') THEN u.registered_death ELSE u.hospital_death END AS date_of_death,
  u.date_of_registration, u.cause_of_death, u.used AS death_record_used, u.match_rank, u.n_candidates, u.margin,
  CASE WHEN a.last_date > CASE WHEN u.used IN ('ONS1', 'ONS2') THEN u.registered_death ELSE u.hospital_death END
    THEN 'Y' END AS subsequent_activity,
  ${literal(ruleSetName(ruleSet))} AS rule_set, u.is_stillbirth
FROM (
  SELECT coalesce(l.person_id, h.person_id) AS person_id, d.record_id, d.death_date AS registered_death,
    h.death_date AS hospital_death, d.registered_date AS date_of_registration, d.cause AS cause_of_death,
    CASE WHEN l.person_id IS NULL THEN 'HES1' WHEN h.person_id IS NULL THEN 'ONS2'
      WHEN ${days} BETWEEN 1 AND 3 THEN 'MIX1' WHEN ${days} BETWEEN -3 AND 0 THEN 'ONS1' ELSE 'HES2' END AS used,
    coalesce(l.match_rank, 0) AS match_rank, coalesce(l.n_candidates, 0) AS n_candidates, l.margin,
    coalesce(h.is_stillbirth, FALSE) AS is_stillbirth
  FROM link AS l
  JOIN death AS d ON d.death_id = l.death_id
  FULL OUTER JOIN hospital_death AS h ON h.person_id = l.person_id
) AS u
LEFT JOIN activity AS a ON a.person_id = u.person_id`,
  );
}

/** Registrations without a person, with how often they were tried. `asAt`: the day whose data this run sees. */
export function heldTable(asAt: string): Statement {
  return statement(
    "held_death",
    heldColumns,
    sql`SELECT d.natural_key, d.record_id, coalesce(p.first_held_as_at, ${cast(literal(asAt), "date")}) AS first_held_as_at,
  coalesce(p.n_tried, 0) + 1 AS n_tried
FROM death AS d
LEFT JOIN previous_held AS p ON p.natural_key = d.natural_key
WHERE NOT EXISTS (SELECT 1 FROM link AS l WHERE l.death_id = d.death_id)`,
  );
}

/** Rows of the report: a section, what its rows are counted by, the source, the expression of the value. */
interface ReportPart {
  readonly section: string;
  readonly group: string;
  readonly value: Sql;
  readonly from: Sql;
}

const heldDeaths = sql`held_death AS h JOIN death AS d ON d.natural_key = h.natural_key`;
const unregistered = sql`person_death AS p JOIN hospital_death AS h ON h.person_id = p.person_id WHERE p.match_rank = 0`;
const unknown = (value: Sql) => sql`coalesce(${value}, 'not known')`;
const yearText = (date: Sql) => unknown(cast(fn.yearOf(date), "varchar"));

function ageBand(): Sql {
  const age = fn.yearsBetween(ident("d", "birth_date"), ident("d", "death_date"));
  return sql`CASE WHEN ${age} < 1 THEN '000' WHEN ${age} < 18 THEN '001-017' WHEN ${age} < 40 THEN '018-039'
    WHEN ${age} < 60 THEN '040-059' WHEN ${age} < 80 THEN '060-079' WHEN ${age} >= 80 THEN '080+' END`;
}

const reportParts: readonly ReportPart[] = [
  {
    section: "linked",
    group: "match_rank",
    value: cast(ident("p", "match_rank"), "varchar"),
    from: sql`person_death AS p`,
  },
  {
    section: "linked",
    group: "death_record_used",
    value: sql`p.death_record_used`,
    from: sql`person_death AS p`,
  },
  {
    section: "linked",
    group: "margin",
    value: sql`coalesce(${cast(ident("p", "margin"), "varchar")}, 'no rival')`,
    from: sql`person_death AS p WHERE p.match_rank > 0`,
  },
  { section: "held", group: "sex", value: unknown(sql`d.sex`), from: heldDeaths },
  { section: "held", group: "age", value: unknown(ageBand()), from: heldDeaths },
  { section: "held", group: "year of death", value: yearText(sql`d.death_date`), from: heldDeaths },
  { section: "held", group: "times tried", value: cast(ident("h", "n_tried"), "varchar"), from: heldDeaths },
  { section: "not registered", group: "ethnicity", value: unknown(sql`h.ethnicity`), from: unregistered },
  {
    section: "not registered",
    group: "year of death",
    value: yearText(sql`h.death_date`),
    from: unregistered,
  },
  {
    section: "implausible",
    group: "activity after death",
    value: sql`p.death_record_used`,
    from: sql`person_death AS p WHERE p.subsequent_activity = 'Y'`,
  },
  {
    section: "implausible",
    group: "deaths in hospital",
    value: cast(ident("h", "n_stays"), "varchar"),
    from: sql`hospital_death AS h WHERE h.n_stays > 1`,
  },
];

/** What was linked by which step, what was not and whose it is, and what cannot be true. */
export function reportTable(): Statement {
  const parts = reportParts.map(
    ({ section, group, value, from }) =>
      sql`SELECT ${literal(section)} AS section, ${literal(group)} AS ${ident("group")}, ${value} AS value, count(*) AS n
FROM ${from}
GROUP BY ${value}`,
  );
  return statement("report_row", reportColumns, join(parts, union));
}

const names = (list: readonly { readonly name: string }[]) => list.map((column) => column.name);

/** Deaths in order of person. */
export function deathQuery(): Sql {
  return sql`SELECT ${columnsOf(names(deathColumns), "p")} FROM person_death AS p ORDER BY p.person_id`;
}

/** Held registrations in order of natural key. */
export function heldQuery(): Sql {
  return sql`SELECT ${columnsOf(names(heldColumns), "h")} FROM held_death AS h ORDER BY h.natural_key`;
}

/** Report rows in order of section, group and value. */
export function reportQuery(): Sql {
  return sql`SELECT ${columnsOf(names(reportColumns), "r")}
FROM report_row AS r
ORDER BY r.section, r.${ident("group")}, r.value NULLS FIRST`;
}
