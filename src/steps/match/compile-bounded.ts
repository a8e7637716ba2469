import type { ResolvedComparison, ResolvedModel } from "../../model/linkage/resolved.ts";
import { outlooks } from "../../model/linkage/score/bounds.ts";
import type { HostCall, Operation } from "../../sql/operation.ts";
import { as, cast, ident, join, literal, type Sql, sql } from "../../sql/sql.ts";
import { statement } from "../../sql/statement.ts";
import type { Column } from "../../sql/type.ts";
import { type PairRecords, rulePairs } from "./compile-pairs.ts";
import {
  comparedTable,
  numberName,
  scoredTable,
  termName,
  type Weighing,
  weightName,
  weightsRow,
} from "./compile-plain.ts";
import { scoredColumns } from "./compile-results.ts";
import { comparisonCases } from "./compile-tests.ts";
import type { ResolvedMatch } from "./resolve-match.ts";

/**
 * Scoring as a database can do it without writing candidate pairs, one statement for each rule: pairs are joined by the
 * numbers of their values, bounded by them, and compared in full only where they may still reach the least weight.
 *
 * Makes `scored`. `bounds` is the call that gives what each comparison can add at most: comparison, state, units.
 */
export function boundedScoring(
  match: ResolvedMatch,
  least: number,
  { levels, terms }: Weighing,
  bounds: HostCall,
): Operation[] {
  const { model, blocking } = match;
  const parts = blocking.map((_, place) => edgesTable(match, place, least));
  return [
    levels,
    terms,
    bounds,
    weightsRow(model),
    boundsRow(model),
    comparedTable(model, { name: compared.table, how: "numbered", hasTerms: true }),
    ...parts,
    scoredTable(
      join(
        parts.map(({ output }) => sql`SELECT l, r, units FROM ${ident(output.name)}`),
        sql`
UNION ALL
`,
      ),
    ),
  ];
}

/** The rows of weights and of bounds, beside each pair. */
const oneRows = sql`
CROSS JOIN weights AS w
CROSS JOIN bounds AS b`;

const compared: PairRecords = { table: "compared", nameOf: numberName, beside: oneRows };

const boundName = (comparison: number, state: number) => `b${comparison}_${state}`;

/** All bounds side by side in one row. */
function boundsRow({ comparisons }: ResolvedModel): Operation {
  const its = comparisons.flatMap(({ columns }, comparison) =>
    Array.from({ length: 3 ** columns.length }, (_, state) => ({ comparison, state })),
  );
  const picked = its.map(({ comparison, state }) =>
    as(
      sql`max(CASE WHEN comparison = ${literal(comparison)} AND state = ${literal(state)} THEN units END)`,
      boundName(comparison, state),
    ),
  );
  const output = its.map(
    ({ comparison, state }): Column => ({ name: boundName(comparison, state), type: "bigint" }),
  );
  return statement(
    "bounds",
    output,
    sql`SELECT ${join(picked)}
FROM level_bound`,
  );
}

/** The pairs of one rule, and of none before it, that reach the least weight. */
function edgesTable(match: ResolvedMatch, place: number, least: number) {
  const { comparisons } = match.model;
  const rule = match.blocking[place]?.columns ?? [];
  const plus = sql`
    + `;
  const bound = join([ident("w", "prior"), ...comparisons.map((its, c) => boundOf(its, c, rule))], plus);
  const weight = join([ident("w", "prior"), ...comparisons.map(weightOf)], plus);
  const query = sql`SELECT l, r, ${cast(sql`units`, "double")} AS units
FROM (
SELECT l.rid AS l, r.rid AS r,
  CASE WHEN ${bound} >= ${literal(least)}
  THEN ${weight} END AS units
FROM ${rulePairs(match, place, compared)}
) AS s
WHERE units >= ${literal(least)}`;
  return statement(`edges_${place}`, scoredColumns, query);
}

/** What a comparison can add at most, from whether its values are there and the same. */
function boundOf(comparison: ResolvedComparison, c: number, rule: readonly number[]): Sql {
  const { columns, levels } = comparison;
  const none = levels.map(() => 0);
  const known = outlooks(comparison, none, none);
  const leaf = (state: number, same: readonly number[]): Sql => {
    const { level = -1, isNull = true } = known[state] ?? {};
    const term = isNull ? undefined : levels[level]?.term;
    const bound = ident("b", boundName(c, state));
    if (term === undefined || !same.includes(term.column)) return bound;
    return sql`${bound} + coalesce(${ident("l", termName(c, level))}, 0)`;
  };
  const tree = (place: number, state: number, same: readonly number[]): Sql => {
    const column = columns[place];
    if (column === undefined) return leaf(state, same);
    const power = 3 ** place;
    const isSame = tree(place + 1, state + power, [...same, column]);
    if (rule.includes(column)) return isSame;
    const [left, right] = [ident("l", numberName(column)), ident("r", numberName(column))];
    return sql`CASE WHEN ${left} = ${right} THEN ${isSame} WHEN ${left} <> ${right} THEN ${tree(place + 1, state, same)} ELSE ${tree(place + 1, state + 2 * power, same)} END`;
  };
  return tree(0, 0, []);
}

/** What a comparison adds to the weight of the records `l` and `r`. */
function weightOf(comparison: ResolvedComparison, c: number): Sql {
  return comparisonCases(comparison, (level) => {
    if (level === undefined) return literal(0);
    const weight = ident("w", weightName(c, level));
    if (comparison.levels[level]?.term === undefined) return weight;
    const name = termName(c, level);
    return sql`${weight} + coalesce(least(${ident("l", name)}, ${ident("r", name)}), 0)`;
  });
}
