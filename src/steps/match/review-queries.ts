import { expressionText } from "../../model/linkage/expression/expression.ts";
import { as, cast, ident, join, literal, type Sql, sql } from "../../sql/sql.ts";
import { columnName, recordsTable } from "./compile-records.ts";
import { sourceText } from "./compile-results.ts";
import type { MatchSpec } from "./match-spec.ts";
import { type ResolvedMatch, resolveMatch } from "./resolve-match.ts";

/** A linkage's sources by the columns that its comparisons are made of, as each source has them. */
export function baseColumns({ sources, comparisons }: MatchSpec): ResolvedMatch {
  const names = Object.keys(sources);
  const { model } = resolveMatch({ sources: names, comparisons, blocking: [] });
  const bases = [...new Set(model.columns.flatMap((column) => column.bases))];
  const blocking = bases.map((name) => [expressionText({ kind: "column", name })]);
  return resolveMatch({ sources: names, comparisons: [], blocking });
}

/**
 * Some scored pairs of the view `links`, drawn evenly from each bit of weight, those nearest to the threshold first.
 *
 * Out: source_l, id_l, source_r, id_r as text, weight in bits, probability; the same pairs for the same links.
 */
export function sampledPairs(most: number, threshold: number): Sql {
  const stratum = sql`floor(weight - ${cast(literal(threshold), "double")})`;
  const pair = sql`source_l, id_l, source_r, id_r`;
  return sql`SELECT ${pair}, weight, probability
FROM (
SELECT *, row_number() OVER (PARTITION BY ${stratum} ORDER BY hash(${pair}), ${pair}) AS place, abs(${stratum} + 0.5) AS far
FROM (
SELECT source_l, ${cast(ident("id_l"), "varchar")} AS id_l, source_r, ${cast(ident("id_r"), "varchar")} AS id_r,
  ${cast(ident("match_weight"), "double")} AS weight, match_probability AS probability
FROM links
) AS k
) AS p
ORDER BY place, far, ${pair}
LIMIT ${literal(most)}`;
}

/** The table `sampled` with the values of both records: l0, r0, l1, r1 … in the order of the columns; in no order of weight. */
export function sampledValues(match: ResolvedMatch, sources: MatchSpec["sources"]): Sql {
  const values = match.model.columns.flatMap((_, c) => [
    as(ident("l", columnName(c)), `l${c}`),
    as(ident("r", columnName(c)), `r${c}`),
  ]);
  const named = sql`SELECT ${sourceText(match.sources, ident("source"))} AS name, r.*
FROM (${recordsTable(match, sources, "varchar").query}) AS r`;
  return sql`WITH named AS (${named})
SELECT ${join([sql`s.source_l, s.id_l, s.source_r, s.id_r, s.weight, s.probability`, ...values])}
FROM sampled AS s
JOIN named AS l ON l.name = s.source_l AND l.id = s.id_l
JOIN named AS r ON r.name = s.source_r AND r.id = s.id_r
ORDER BY hash(s.id_r, s.id_l), s.source_l, s.id_l, s.source_r, s.id_r`;
}
