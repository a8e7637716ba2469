import type { Statement } from "../../sql/operation.ts";
import { cast, literal, type Sql, sql } from "../../sql/sql.ts";
import { columns, statement } from "../../sql/statement.ts";
import type { Column, SqlType } from "../../sql/type.ts";

/** Scored pairs, lower record first. units: the weight in 10⁻¹² bits, a whole number. */
export const scoredColumns: readonly Column[] = columns({ l: "integer", r: "integer", units: "double" });

/**
 * The links among the scored pairs: those whose records stand in one cluster, or every pair where all are kept.
 *
 * Out: link (l, r, units, rival): rival is the heaviest pair of either record that leaves the cluster, NULL where none.
 */
export function resultTables(keep: "links" | "scored"): Statement[] {
  const clustered = sql`SELECT s.l, s.r, s.units, coalesce(a.cluster, s.l) AS cluster_l, coalesce(b.cluster, s.r) AS cluster_r
FROM scored AS s
LEFT JOIN member AS a ON a.rid = s.l
LEFT JOIN member AS b ON b.rid = s.r`;
  const outside = sql`SELECT rid, max(units) AS units
FROM (
SELECT l AS rid, units FROM clustered WHERE cluster_l <> cluster_r
UNION ALL
SELECT r AS rid, units FROM clustered WHERE cluster_l <> cluster_r
) AS p
GROUP BY rid`;
  const wanted = keep === "links" ? sql`c.cluster_l = c.cluster_r` : literal(true);
  const link = sql`SELECT c.l, c.r, c.units,
  CASE WHEN c.cluster_l = c.cluster_r THEN greatest(a.units, b.units) END AS rival
FROM clustered AS c
LEFT JOIN outside AS a ON a.rid = c.l
LEFT JOIN outside AS b ON b.rid = c.r
WHERE ${wanted}`;
  const both = columns({ cluster_l: "integer", cluster_r: "integer" });
  return [
    statement("clustered", [...scoredColumns, ...both], clustered),
    statement("outside", columns({ rid: "integer", units: "double" }), outside),
    statement("link", [...scoredColumns, { name: "rival", type: "double" }], link),
  ];
}

/** source_l, id_l, source_r, id_r: the pair; match_weight and margin in bits. */
export function linkColumns(idType: SqlType): Column[] {
  return [
    { name: "source_l", type: "varchar" },
    { name: "id_l", type: idType },
    { name: "source_r", type: "varchar" },
    { name: "id_r", type: idType },
    { name: "match_weight", type: weightType },
    { name: "match_probability", type: "double" },
    { name: "margin", type: weightType },
  ];
}

const weightType = "decimal(18,12)";

/** Units as bits. */
function bits(units: Sql): Sql {
  const unit = cast(literal("0.000000000001"), "decimal(13,12)");
  return cast(sql`${cast(units, "decimal(18,0)")} * ${unit}`, weightType);
}

export function linkQuery(sources: readonly string[]): Sql {
  return sql`SELECT ${sourceText(sources, sql`a.source`)} AS source_l, a.id AS id_l,
  ${sourceText(sources, sql`b.source`)} AS source_r, b.id AS id_r,
  ${bits(sql`k.units`)} AS match_weight, p.probability AS match_probability, ${bits(sql`k.units - k.rival`)} AS margin
FROM link AS k
JOIN encoded AS a ON a.rid = k.l
JOIN encoded AS b ON b.rid = k.r
JOIN likelihood AS p ON p.units = k.units
ORDER BY k.l, k.r`;
}

/** One row per record; a cluster is named by its lowest record, counted from 0. */
export function clusterColumns(idType: SqlType): Column[] {
  return [
    { name: "source", type: "varchar" },
    { name: "id", type: idType },
    { name: "cluster_id", type: "integer" },
  ];
}

export function clusterQuery(sources: readonly string[]): Sql {
  return sql`SELECT ${sourceText(sources, sql`e.source`)} AS source, e.id, coalesce(m.cluster, e.rid) AS cluster_id
FROM encoded AS e
LEFT JOIN member AS m ON m.rid = e.rid
ORDER BY e.rid`;
}

/** The name of a source by its place. */
export function sourceText(sources: readonly string[], place: Sql): Sql {
  const cases = sources.map((source, i) => sql` WHEN ${literal(i)} THEN ${literal(source)}`);
  return sql`CASE ${place}${{ kind: "list", parts: cases }} END`;
}
