import { and, as, cast, ident, join, literal, or, type Sql, sql } from "../../sql/sql.ts";
import { agreement } from "./compile-pairs.ts";
import { ownText, recordsTable, sourceName } from "./compile-records.ts";
import { sourceText } from "./compile-results.ts";
import type { MatchSpec } from "./match-spec.ts";
import type { ResolvedMatch } from "./resolve-match.ts";

/**
 * Statements that count how right a linkage is. They read the results (`links`, `clusters`) and what is known beside
 * them: `truth` (source, id, person), or `labels` (source_l, id_l, source_r, id_r, label from 0 to 1, each pair once).
 */

/** The person of each record that has one, from a column of the sources. */
export function truthQuery(sources: MatchSpec["sources"], column: string): Sql {
  const parts = Object.entries(sources).map(
    ([
      name,
      { id },
    ]) => sql`SELECT ${literal(name)} AS source, ${idText(ident(id))} AS id, ${ownText(column)} AS person
FROM ${ident(sourceName(name))}
WHERE ${ownText(column)} IS NOT NULL`,
  );
  return join(
    parts,
    sql`
UNION ALL
`,
  );
}

const idText = (id: Sql): Sql => cast(id, "varchar");

/** Pairs of records put together, of one person, and both; and sums of the records' own precision and recall. */
export const clusterCounts: Sql = sql`WITH known AS (
SELECT c.cluster_id, t.person
FROM clusters AS c
JOIN truth AS t ON t.source = c.source AND t.id = ${idText(ident("c", "id"))}
),
cells AS (SELECT cluster_id, person, count(*) AS n FROM known GROUP BY cluster_id, person),
found AS (SELECT cluster_id, sum(n) AS n FROM cells GROUP BY cluster_id),
wanted AS (SELECT person, sum(n) AS n FROM cells GROUP BY person)
SELECT (SELECT count(*) FROM known) AS records,
  (SELECT sum(n * (n - 1) / 2) FROM found) AS found,
  (SELECT sum(n * (n - 1) / 2) FROM wanted) AS wanted,
  (SELECT sum(n * (n - 1) / 2) FROM cells) AS right,
  (SELECT sum(k.n * k.n / f.n) FROM cells AS k JOIN found AS f ON f.cluster_id = k.cluster_id) AS precision,
  (SELECT sum(k.n * k.n / w.n) FROM cells AS k JOIN wanted AS w ON w.person = k.person) AS recall`;

/** The same of labelled pairs: a label counts as so much of a match. */
export const labelledCounts: Sql = sql`SELECT count(*) FILTER (WHERE a.cluster_id = b.cluster_id) AS found,
  sum(label) AS wanted,
  sum(label) FILTER (WHERE a.cluster_id = b.cluster_id) AS right
FROM labels AS j
JOIN clusters AS a ON a.source = j.source_l AND ${idText(ident("a", "id"))} = j.id_l
JOIN clusters AS b ON b.source = j.source_r AND ${idText(ident("b", "id"))} = j.id_r`;

/** Links, and how many of them the model takes for right. */
export const linkExpectations: Sql = sql`SELECT count(*) AS links, sum(k.match_probability) AS right
FROM links AS k
JOIN clusters AS a ON a.source = k.source_l AND a.id = k.id_l
JOIN clusters AS b ON b.source = k.source_r AND b.id = k.id_r
WHERE a.cluster_id = b.cluster_id`;

/** Links by whole bits: how many, how many of them right, and how many the model takes for right. */
export function linksByBit(known: "truth" | "labels" | undefined): Sql {
  const label =
    known === undefined
      ? sql`NULL`
      : known === "truth"
        ? sql`CAST(a.person = b.person AS INTEGER)`
        : sql`j.label`;
  return sql`SELECT CAST(floor(k.match_weight) AS INTEGER) AS bits, count(*) AS pairs,
  sum(${label}) AS right, sum(k.match_probability) AS expected
FROM links AS k${known === undefined ? sql`` : known === "truth" ? byTruth : byLabels}
GROUP BY bits
ORDER BY bits DESC`;
}

const byTruth = sql`
JOIN truth AS a ON a.source = k.source_l AND a.id = ${idText(ident("k", "id_l"))}
JOIN truth AS b ON b.source = k.source_r AND b.id = ${idText(ident("k", "id_r"))}`;

const byLabels = sql`
JOIN (
SELECT source_l, id_l, source_r, id_r, label FROM labels
UNION ALL
SELECT source_r, id_r, source_l, id_l, label FROM labels
) AS j ON j.source_l = k.source_l AND j.id_l = ${idText(ident("k", "id_l"))} AND j.source_r = k.source_r AND j.id_r = ${idText(ident("k", "id_r"))}`;

/** Pairs of one person in sources that are compared: how many there are, without making them. */
export function wantedPairs({ sources, compared }: ResolvedMatch): Sql {
  const n = (s: number) => ident(`n${s}`);
  const counts = sources.map((name, s) =>
    as(sql`count(*) FILTER (WHERE source = ${literal(name)})`, `n${s}`),
  );
  const sums = placesCompared(compared).map(([a, b]) =>
    a === b ? sql`${n(a)} * (${n(a)} - 1) / 2` : sql`${n(a)} * ${n(b)}`,
  );
  return sql`SELECT sum(${join(sums, sql` + `)}) AS wanted, sum(${join(
    sources.map((_, s) => n(s)),
    sql` + `,
  )}) AS records
FROM (SELECT ${join(counts)} FROM truth GROUP BY person) AS p`;
}

function placesCompared(compared: ResolvedMatch["compared"]): [number, number][] {
  return compared.flatMap((row, a) =>
    row.flatMap((wanted, b): [number, number][] => (wanted ? [[a, b]] : [])),
  );
}

/** The pairs that `wantedPairs` counts, as labels. */
export function truePairs({ sources, compared }: ResolvedMatch): Sql {
  const name = (s: number) => literal(sources[s] ?? "");
  const sides = placesCompared(compared).map(([a, b]) => {
    const both = sql`l.source = ${name(a)} AND r.source = ${name(b)}`;
    return a === b ? sql`(${both} AND l.id < r.id)` : sql`(${both})`;
  });
  return sql`SELECT l.source AS source_l, l.id AS id_l, r.source AS source_r, r.id AS id_r, 1.0 AS label
FROM truth AS l
JOIN truth AS r ON r.person = l.person
WHERE ${or(sides)}`;
}

/** Of labelled pairs: how much of a match they are, how much of it any rule brings together, and each. */
export function blockedPairs(match: ResolvedMatch, files: MatchSpec["sources"], labels: string): Sql {
  const rules = match.blocking.map((rule) => sql`coalesce(${and([agreement(rule)])}, FALSE)`);
  const each = rules.map((rule, i) => as(sql`coalesce(sum(j.label) FILTER (WHERE ${rule}), 0)`, `rule_${i}`));
  const keyed = sql`SELECT ${sourceText(match.sources, ident("source"))} AS name, r.*
FROM (${recordsTable(match, files, "varchar").query}) AS r`;
  return sql`WITH keyed AS (${keyed})
SELECT ${join([as(sql`coalesce(sum(j.label), 0)`, "wanted"), as(sql`coalesce(sum(j.label) FILTER (WHERE ${or(rules)}), 0)`, "reached"), ...each])}
FROM ${ident(labels)} AS j
JOIN keyed AS l ON l.name = j.source_l AND l.id = j.id_l
JOIN keyed AS r ON r.name = j.source_r AND r.id = j.id_r`;
}
