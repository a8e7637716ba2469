import type { Measure, Statement } from "../../sql/operation.ts";
import { as, cast, columnsOf, join, literal, nullOf, type Sql, sql } from "../../sql/sql.ts";
import { columns, statement } from "../../sql/statement.ts";
import type { SqlType } from "../../sql/type.ts";
import { sourceText } from "./compile-results.ts";

/** Names under which the clusters and the ledger of the linkage before are read. */
export const previous = { clusters: "previous_clusters", ledger: "previous_ledger" } as const;

/** Whose cluster each record was: its source by name, its id as text. */
export const previousColumns = columns({ source: "varchar", id: "varchar", cluster_id: "integer" });

/**
 * What became of cluster ids, of this version and of those before it; `n_records` counts records of the cluster.
 *
 * run: one row for each version; cluster_id is the highest ever given, n_records all records.
 * birth: cluster_id is new; none is told of the first version.
 * merge: cluster_id is now into_id. split: records of from_id are now in cluster_id.
 * death: no record of cluster_id is left.
 */
export const ledgerColumns = columns({
  version: "integer",
  event: "varchar",
  cluster_id: "integer",
  into_id: "integer",
  from_id: "integer",
  n_records: "bigint",
});

const names = ledgerColumns.map(({ name }) => name);

/** One row per record. `component` is the lowest record of its cluster, `old_id` the cluster that it had. */
function keptTable(sources: readonly string[], idType: SqlType): Statement {
  const query = sql`SELECT e.rid, e.source, e.id, coalesce(m.cluster, e.rid) AS component, o.cluster_id AS old_id
FROM encoded AS e
LEFT JOIN member AS m ON m.rid = e.rid
LEFT JOIN previous_clusters AS o ON o.source = ${sourceText(sources, sql`e.source`)}
  AND o.id = ${cast(sql`e.id`, "varchar")}`;
  return statement(
    "kept",
    [
      ...columns({ rid: "integer", source: "tinyint" }),
      { name: "id", type: idType },
      ...columns({ component: "integer", old_id: "integer" }),
    ],
    query,
  );
}

/** Who keeps each known id: the cluster of the lowest of its records that are left. Key `old_id`. */
function claimTable(): Statement {
  return statement(
    "claim",
    columns({ old_id: "integer", component: "integer" }),
    sql`SELECT DISTINCT k.old_id, k.component
FROM (SELECT old_id, min(rid) AS rid FROM kept WHERE old_id IS NOT NULL GROUP BY old_id) AS c
JOIN kept AS k ON k.rid = c.rid AND k.old_id = c.old_id`,
  );
}

/** The highest id ever given: one row, NULL where there was no linkage before; and this version's number. */
function highestTable(): Statement {
  return statement(
    "highest",
    columns({ cluster_id: "integer", version: "integer" }),
    sql`SELECT max(h.cluster_id) AS cluster_id, coalesce(max(h.version), 0) + 1 AS version
FROM (
  SELECT o.cluster_id, 1 AS version FROM previous_clusters AS o
  UNION ALL
  SELECT l.cluster_id, l.version FROM previous_ledger AS l
) AS h`,
  );
}

/**
 * The id of each cluster: the lowest that it keeps, or a new one in order of its lowest record. Key `component`. Ids of
 * the first version are the clusters' lowest records.
 */
function namedTable(): Statement {
  return statement(
    "named",
    columns({ component: "integer", cluster_id: "integer", is_new: "boolean" }),
    sql`SELECT c.component, min(c.old_id) AS cluster_id, FALSE AS is_new
FROM claim AS c
GROUP BY c.component
UNION ALL
SELECT k.rid AS component,
  coalesce(h.cluster_id + row_number() OVER (ORDER BY k.rid), k.rid) AS cluster_id, h.cluster_id IS NOT NULL AS is_new
FROM kept AS k
CROSS JOIN highest AS h
WHERE k.rid = k.component AND NOT EXISTS (SELECT 1 FROM claim AS c WHERE c.component = k.rid)`,
  );
}

const none = nullOf("integer");

function eventTable(): Statement {
  return statement(
    "event",
    ledgerColumns,
    sql`SELECT h.version, e.event, e.cluster_id, e.into_id, e.from_id, e.n_records
FROM highest AS h
CROSS JOIN (
  SELECT 'run' AS event, greatest(g.cluster_id, (SELECT max(n.cluster_id) FROM named AS n)) AS cluster_id,
    ${none} AS into_id, ${none} AS from_id, (SELECT count(*) FROM encoded) AS n_records
  FROM highest AS g
  UNION ALL
  SELECT 'birth' AS event, n.cluster_id, ${none} AS into_id, ${none} AS from_id, count(*) AS n_records
  FROM named AS n
  JOIN kept AS k ON k.component = n.component
  WHERE n.is_new
  GROUP BY n.cluster_id
  UNION ALL
  SELECT 'merge' AS event, c.old_id AS cluster_id, n.cluster_id AS into_id, ${none} AS from_id, count(*) AS n_records
  FROM claim AS c
  JOIN named AS n ON n.component = c.component
  JOIN kept AS k ON k.old_id = c.old_id AND k.component = c.component
  WHERE c.old_id <> n.cluster_id
  GROUP BY c.old_id, n.cluster_id
  UNION ALL
  SELECT 'split' AS event, n.cluster_id, ${none} AS into_id, k.old_id AS from_id, count(*) AS n_records
  FROM kept AS k
  JOIN claim AS c ON c.old_id = k.old_id
  JOIN named AS n ON n.component = k.component
  WHERE c.component <> k.component
  GROUP BY k.old_id, n.cluster_id
  UNION ALL
  SELECT 'death' AS event, o.cluster_id, ${none} AS into_id, ${none} AS from_id, count(*) AS n_records
  FROM previous_clusters AS o
  WHERE NOT EXISTS (SELECT 1 FROM claim AS c WHERE c.old_id = o.cluster_id)
  GROUP BY o.cluster_id
) AS e`,
  );
}

/** Gives every cluster its id, from what the linkage before knew. Rules are those of the ledger of persons. */
export function ledgerStatements(
  sources: readonly string[],
  idType: SqlType,
  hasLedger: boolean,
): Statement[] {
  const unknown = ledgerColumns.map(({ name, type }) => as(nullOf(type), name));
  const empty = sql`SELECT ${join(unknown)} FROM (SELECT 1 AS one) AS o WHERE one = 0`;
  return [
    ...(hasLedger ? [] : [statement(previous.ledger, ledgerColumns, empty)]),
    keptTable(sources, idType),
    claimTable(),
    highestTable(),
    namedTable(),
    eventTable(),
  ];
}

/** How many records had a cluster before, and what became of cluster ids. */
export function ledgerMeasure(): Measure {
  const events = (event: string, name: string) =>
    as(sql`(SELECT count(*) FROM event AS e WHERE e.event = ${literal(event)})`, name);
  const known = as(sql`(SELECT count(*) FROM kept AS k WHERE k.old_id IS NOT NULL)`, "records_known");
  const counts = [
    events("birth", "births"),
    events("merge", "merges"),
    events("split", "splits"),
    events("death", "deaths"),
  ];
  return { kind: "measure", id: "ledger", query: sql`SELECT ${join([known, ...counts])}` };
}

/** The clusters with the ids that the ledger gives them. */
export function keptClusterQuery(sources: readonly string[]): Sql {
  return sql`SELECT ${sourceText(sources, sql`k.source`)} AS source, k.id, n.cluster_id
FROM kept AS k
JOIN named AS n ON n.component = k.component
ORDER BY k.rid`;
}

/** The ledger of a linkage with none before it: the run alone. */
export function firstLedgerQuery(): Sql {
  return sql`SELECT 1 AS version, 'run' AS event, max(coalesce(m.cluster, e.rid)) AS cluster_id,
  ${none} AS into_id, ${none} AS from_id, count(*) AS n_records
FROM encoded AS e
LEFT JOIN member AS m ON m.rid = e.rid`;
}

/** All that was ever told of cluster ids, version by version. */
export function ledgerQuery(): Sql {
  return sql`SELECT ${columnsOf(names, "a")}
FROM (
  SELECT ${columnsOf(names, "l")} FROM previous_ledger AS l
  UNION ALL
  SELECT ${columnsOf(names, "e")} FROM event AS e
) AS a
ORDER BY a.version, a.event, a.cluster_id, a.from_id`;
}
