import type { DataSet } from "../../catalogue/dataset.ts";
import { sameOn } from "../../model/identity-sql.ts";
import { type RuleSet, ruleSetName } from "../../model/rule-set.ts";
import { fn } from "../../sql/functions.ts";
import type { Statement } from "../../sql/operation.ts";
import { columnsOf, ident, join, literal, type Sql, sql } from "../../sql/sql.ts";
import { columns, statement } from "../../sql/statement.ts";
import { eventColumns, ledgerColumns, valueNames } from "./columns.ts";
import { fullRecordKey, reach } from "./compile-profiles.ts";

/** Names of the scans of the ledger's previous version. */
export const previous = { profiles: "previous_profiles", events: "previous_events" } as const;

/** Puts profiles that do not found behind those that do, when the least is sought. */
const notFounding = literal(4294967296n);

/** Profiles that the ledger knows already. One row per profile found again. */
function keptTable(): Statement {
  return statement(
    "kept",
    columns({ profile_id: "integer", component_id: "integer", old_id: "bigint", was_founding: "boolean" }),
    sql`SELECT f.profile_id, m.component_id, f.person_id AS old_id, f.is_founding AS was_founding
FROM (
  SELECT p.profile_id, o.person_id, o.is_founding
  FROM profile AS p
  JOIN previous_profiles AS o ON ${sameOn("o", "p", valueNames)}
  WHERE p.record_key IS NULL AND o.record_key IS NULL
  UNION ALL
  SELECT p.profile_id, o.person_id, o.is_founding
  FROM profile AS p
  JOIN previous_profiles AS o ON o.record_key = p.record_key
) AS f
JOIN member AS m ON m.profile_id = f.profile_id`,
  );
}

/**
 * Who keeps each known id: the component of its founding profile, or of its least profile where the founding one has
 * gone. Key `old_id`; `founder_id` is that profile.
 */
function claimTable(): Statement {
  return statement(
    "claim",
    columns({ old_id: "bigint", founder_id: "integer", component_id: "integer" }),
    sql`SELECT c.old_id, c.founder_id, m.component_id
FROM (
  SELECT k.old_id, ${fn.modulo(sql`min(k.profile_id + CASE WHEN k.was_founding THEN 0 ELSE ${notFounding} END)`, notFounding)} AS founder_id
  FROM kept AS k
  GROUP BY k.old_id
) AS c
JOIN member AS m ON m.profile_id = c.founder_id`,
  );
}

/** The highest id ever given: one row. Ids of persons that were merged away are not given again. */
function highestTable(): Statement {
  return statement(
    "highest",
    columns({ person_id: "bigint" }),
    sql`SELECT coalesce(max(h.person_id), 0) AS person_id
FROM (
  SELECT o.person_id FROM previous_profiles AS o
  UNION ALL
  SELECT e.new_id FROM previous_events AS e
) AS h`,
  );
}

/**
 * The id of each component: the lowest that it keeps, or a new one in order of the component's least record.
 * Key `component_id`; also `person_id`.
 */
function personTable(): Statement {
  return statement(
    "person",
    columns({
      component_id: "integer",
      person_id: "bigint",
      is_new: "boolean",
      founder_id: "integer",
      id_type: "varchar",
    }),
    sql`SELECT q.component_id,
  CASE WHEN q.old_id IS NULL THEN h.person_id + q.place ELSE q.old_id END AS person_id,
  q.old_id IS NULL AS is_new, coalesce(f.founder_id, q.component_id) AS founder_id, q.id_type
FROM (
  SELECT t.component_id, t.id_type, c.old_id,
    row_number() OVER (PARTITION BY CASE WHEN c.old_id IS NULL THEN 0 ELSE 1 END ORDER BY t.component_id) AS place
  FROM (
    SELECT m.component_id, CASE WHEN min(p.reach) = ${literal(reach.given)} THEN 'given'
      WHEN min(p.reach) = ${literal(reach.none)} THEN 'one-time'
      WHEN count(p.nhs_number) > 0 THEN 'nhs_number' ELSE 'demographic' END AS id_type
    FROM member AS m
    JOIN profile AS p ON p.profile_id = m.profile_id
    GROUP BY m.component_id
  ) AS t
  LEFT JOIN (SELECT k.component_id, min(k.old_id) AS old_id FROM claim AS k GROUP BY k.component_id) AS c
    ON c.component_id = t.component_id
) AS q
CROSS JOIN highest AS h
LEFT JOIN claim AS f ON f.old_id = q.old_id`,
  );
}

/** The person of each profile. Key `profile_id`. */
function placedTable(): Statement {
  return statement(
    "placed",
    columns({
      profile_id: "integer",
      person_id: "bigint",
      match_pass: "tinyint",
      id_type: "varchar",
      is_founding: "boolean",
    }),
    sql`SELECT m.profile_id, p.person_id, m.match_pass, p.id_type, p.founder_id = m.profile_id AS is_founding
FROM member AS m
JOIN person AS p ON p.component_id = m.component_id`,
  );
}

/** Known profiles that stand in no record now. Their ids follow merges; an id that lives elsewhere founds nothing here. */
function dormantTable(): Statement {
  const values = columnsOf(valueNames, "o");
  return statement(
    "dormant",
    ledgerColumns,
    sql`SELECT ${values}, o.record_key, coalesce(p.person_id, o.person_id) AS person_id, o.id_type,
  o.is_founding AND p.person_id IS NULL AS is_founding, TRUE AS is_dormant, o.first_record, 0 AS n_records
FROM (
  SELECT ${values}, o.record_key, o.person_id, o.id_type, o.is_founding, o.first_record
  FROM previous_profiles AS o
  WHERE o.record_key IS NULL AND NOT EXISTS (
    SELECT 1 FROM profile AS p WHERE ${sameOn("p", "o", valueNames)} AND p.record_key IS NULL)
  UNION ALL
  SELECT ${values}, o.record_key, o.person_id, o.id_type, o.is_founding, o.first_record
  FROM previous_profiles AS o
  WHERE o.record_key IS NOT NULL AND NOT EXISTS (SELECT 1 FROM profile AS p WHERE p.record_key = o.record_key)
) AS o
LEFT JOIN claim AS c ON c.old_id = o.person_id
LEFT JOIN person AS p ON p.component_id = c.component_id`,
  );
}

function eventTable(ruleSet: RuleSet): Statement {
  const rules = literal(ruleSetName(ruleSet));
  return statement(
    "event",
    eventColumns,
    sql`SELECT 'birth' AS kind, h.person_id AS old_id, h.person_id + count(n.person_id) AS new_id,
  count(n.person_id) AS n, ${rules} AS rule_set
FROM highest AS h
LEFT JOIN (SELECT p.person_id FROM person AS p WHERE p.is_new) AS n ON n.person_id > h.person_id
GROUP BY h.person_id
UNION ALL
SELECT 'merge' AS kind, c.old_id, p.person_id AS new_id, ${literal(1)} AS n, ${rules} AS rule_set
FROM claim AS c
JOIN person AS p ON p.component_id = c.component_id
WHERE c.old_id <> p.person_id
UNION ALL
SELECT 'split' AS kind, k.old_id, p.person_id AS new_id, count(*) AS n, ${rules} AS rule_set
FROM kept AS k
JOIN claim AS c ON c.old_id = k.old_id
JOIN person AS p ON p.component_id = k.component_id
WHERE c.component_id <> k.component_id
GROUP BY k.old_id, p.person_id`,
  );
}

/** Gives every component its person_id, from what the previous version of the ledger knew. */
export function ledgerStatements(ruleSet: RuleSet): Statement[] {
  return [
    keptTable(),
    claimTable(),
    highestTable(),
    personTable(),
    placedTable(),
    dormantTable(),
    eventTable(ruleSet),
  ];
}

/** The new version of the ledger: what stands in records in order of first record, then what is dormant. */
export function ledgerQuery(dataSets: readonly DataSet[]): Sql {
  const names = ledgerColumns.map((column) => column.name);
  const values = [...valueNames, "record_key"].map((name) => sql`${ident("d", name)} NULLS FIRST`);
  return sql`SELECT ${columnsOf(names, "a")}
FROM (
  SELECT ${columnsOf(valueNames, "p")}, p.record_key, l.person_id, l.id_type, l.is_founding, FALSE AS is_dormant,
    ${fullRecordKey(ident("p", "first_record"), dataSets)} AS first_record, p.n_records, p.profile_id AS place
  FROM profile AS p
  JOIN placed AS l ON l.profile_id = p.profile_id
  UNION ALL
  SELECT ${columnsOf(names, "d")}, 2147483648 + row_number() OVER (
    ORDER BY d.first_record NULLS FIRST, d.person_id, ${join(values, sql`, `)}) AS place
  FROM dormant AS d
) AS a
ORDER BY a.place`;
}

/** Events in order of kind and ids. */
export function eventQuery(): Sql {
  return sql`SELECT ${columnsOf(
    eventColumns.map((c) => c.name),
    "e",
  )} FROM event AS e ORDER BY e.kind, e.old_id, e.new_id`;
}
