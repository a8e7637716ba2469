import type { ResolvedRule } from "../../model/linkage/resolved.ts";
import { fn } from "../../sql/functions.ts";
import { and, as, ident, join, literal, or, type Sql, sql } from "../../sql/sql.ts";
import { columnName } from "./compile-records.ts";
import type { ResolvedMatch } from "./resolve-match.ts";

/** What a column's values are called where they are only held to be the same. */
export type NameOf = (place: number) => string;

/** Where the records of pairs are read. */
export interface PairRecords {
  /** The table of all of them. */
  readonly table: string;
  readonly nameOf: NameOf;
  /** What is joined to each pair. */
  readonly beside?: Sql;
  /** Those of them that may be the lower one, where not all may. */
  readonly lower?: Sql;
}

/** The records `l` and `r` of the pairs of a blocking rule that no earlier one brings together, and their joins. */
export function rulePairs({ blocking, compared }: ResolvedMatch, place: number, from: PairRecords): Sql {
  const rule = blocking[place] as ResolvedRule;
  return sql`${pairsOf(rule, compared, from)}${unseen(blocking.slice(0, place), from.nameOf)}`;
}

/** The records `l` and `r` of all pairs of a rule, and their joins. */
export function pairsOf(rule: ResolvedRule, compared: ResolvedMatch["compared"], from: PairRecords): Sql {
  const { table, nameOf, beside = sql``, lower = ident(table) } = from;
  const joined =
    rule.lists.length > 0
      ? sharingPairs(rule, from)
      : sql`${lower} AS l
JOIN ${ident(table)} AS r ON ${agreement(rule, nameOf)}`;
  return sql`${joined}${beside}
WHERE l.rid < r.rid AND ${sourcesCompared(compared)}`;
}

/** Whether the records `l` and `r` agree by a rule; NULL where a value is missing. */
export function agreement({ columns, lists }: ResolvedRule, nameOf: NameOf = columnName): Sql {
  const both = (name: string) => [ident("l", name), ident("r", name)] as const;
  return join(
    [
      ...columns.map((place) => both(nameOf(place))).map(([l, r]) => sql`${l} = ${r}`),
      ...lists.map((place) => both(columnName(place))).map(([l, r]) => sql`${fn.sharedParts(l, r)} > 0`),
    ],
    sql` AND `,
  );
}

/** Pairs that share a value of each of a rule's lists: they are found by the values, and come once. */
function sharingPairs(
  { columns, lists }: ResolvedRule,
  { table, nameOf, lower = ident(table) }: PairRecords,
): Sql {
  const partName = (list: number) => `${columnName(list)}_part`;
  const keys = [...columns.map(nameOf), ...lists.map(partName)];
  const rows = lists.reduce(
    (from, list) => sql`(SELECT *, ${as(fn.explodeParts(ident(columnName(list))), partName(list))}
FROM ${from} WHERE ${ident(columnName(list))} IS NOT NULL) AS ${ident(`e${list}`)}`,
    ident(table),
  );
  const exploded = sql`SELECT ${join(["rid", ...keys].map((key) => ident(key)))} FROM ${rows}`;
  const same = join(
    keys.map((key) => sql`${ident("a", key)} = ${ident("b", key)}`),
    sql` AND `,
  );
  return sql`(SELECT DISTINCT a.rid AS l, b.rid AS r
FROM (${exploded}) AS a
JOIN (${exploded}) AS b ON ${same} AND a.rid < b.rid) AS p
JOIN ${lower} AS l ON l.rid = p.l
JOIN ${ident(table)} AS r ON r.rid = p.r`;
}

/** Pairs that no earlier rule brought together. */
function unseen(earlier: readonly ResolvedRule[], nameOf: NameOf): Sql {
  return {
    kind: "list",
    parts: earlier.map(
      (rule) => sql`
  AND NOT coalesce(${and([agreement(rule, nameOf)])}, FALSE)`,
    ),
  };
}

function sourcesCompared(compared: readonly (readonly boolean[])[]): Sql {
  const pairs = compared.flatMap((row, a) => row.flatMap((wanted, b) => (wanted ? [[a, b] as const] : [])));
  return or(pairs.map(([a, b]) => sql`(l.source = ${literal(a)} AND r.source = ${literal(b)})`));
}
