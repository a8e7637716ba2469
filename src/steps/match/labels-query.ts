import type { Statement } from "../../sql/operation.ts";
import { cast, type Sql, sql } from "../../sql/sql.ts";
import { columns, statement } from "../../sql/statement.ts";
import { tables } from "./compile-records.ts";
import { sourceText } from "./compile-results.ts";

/** The columns of a file of labelled pairs. A label is 1 for a match, 0 for none, or how likely a match is. */
export const labelColumns = ["source_l", "id_l", "source_r", "id_r", "label"] as const;

/** The name under which a file of labelled pairs is read. */
export const labelsFile = "labels_file";

const text = (column: Sql): Sql => sql`trim(${cast(column, "varchar")})`;
const label = sql`TRY_CAST(${text(sql`label`)} AS DOUBLE)`;

/** How many labels are no number from 0 to 1. A pair without a label was not judged. */
export const badLabels: Sql = sql`SELECT count(*) AS n FROM labels_file
WHERE ${text(sql`label`)} <> '' AND NOT coalesce(${label} BETWEEN 0 AND 1, FALSE)`;

const left = sql`[${text(sql`source_l`)}, ${text(sql`id_l`)}]`;
const right = sql`[${text(sql`source_r`)}, ${text(sql`id_r`)}]`;

/** Each labelled pair once, lower record first, with the mean of its labels. */
export const labelsQuery: Sql = sql`SELECT a[1] AS source_l, a[2] AS id_l, b[1] AS source_r, b[2] AS id_r, avg(label) AS label
FROM (
SELECT least(${left}, ${right}) AS a, greatest(${left}, ${right}) AS b, ${label} AS label
FROM labels_file
) AS p
WHERE label IS NOT NULL AND a <> b
GROUP BY a, b`;

/** Labelled pairs by the numbers of their records; those of other records are not among them. */
export function labelledTable(sources: readonly string[]): Statement {
  const name = (side: Sql) => sourceText(sources, side);
  const query = sql`SELECT l.rid AS l, r.rid AS r, j.label
FROM (${labelsQuery}) AS j
JOIN encoded AS l ON ${name(sql`l.source`)} = j.source_l AND ${cast(sql`l.id`, "varchar")} = j.id_l
JOIN encoded AS r ON ${name(sql`r.source`)} = j.source_r AND ${cast(sql`r.id`, "varchar")} = j.id_r
ORDER BY l.rid, r.rid`;
  return statement(tables.labelled, columns({ l: "integer", r: "integer", label: "double" }), query);
}
