import { no, unknown, yes } from "../compare/pair-tests.ts";
import type { ResolvedComparison, ResolvedTest } from "../resolved.ts";

/** Of one column of a pair: two values are 0, one value 1, at least one missing 2. */
const [same, missing] = [1, 2] as const;
const states = 3;

const maybe = 2;
type Guess = typeof no | typeof yes | typeof unknown | typeof maybe;

/** What is known of a comparison once it is known which of its columns are the same. */
export interface Outlook {
  /** Units of weight that it can reach at most, without what a value's frequency adds at `level`. */
  readonly bound: number;
  /** The level that it has for certain; −1 where text must be read. */
  readonly level: number;
  readonly isNull: boolean;
}

/**
 * The outlook of a comparison for each state of its columns: the first column counts 1, the next 3, then 9.
 *
 * In: units of weight by level; the most that a value's frequency can add at each.
 */
export function outlooks(
  comparison: ResolvedComparison,
  weights: ArrayLike<number>,
  mostTerm: ArrayLike<number>,
): Outlook[] {
  const count = states ** comparison.columns.length;
  return Array.from({ length: count }, (_, code) =>
    outlook(comparison, weights, mostTerm, statesOf(code, comparison)),
  );
}

function statesOf(code: number, { columns }: ResolvedComparison): ReadonlyMap<number, number> {
  return new Map(columns.map((column, i) => [column, Math.floor(code / states ** i) % states]));
}

function outlook(
  { missing: isMissing, levels }: ResolvedComparison,
  weights: ArrayLike<number>,
  mostTerm: ArrayLike<number>,
  found: ReadonlyMap<number, number>,
): Outlook {
  const silent = guess(isMissing, found);
  if (silent === yes) return { bound: 0, level: -1, isNull: true };
  const possible: number[] = [];
  let level = levels.length - 1;
  for (; level > 0; level--) {
    const test = levels[level]?.test;
    const holds = test === undefined ? no : guess(test, found);
    if (holds === yes) break;
    if (holds === maybe) possible.push(level);
  }
  const isCertain = possible.length === 0 && silent !== maybe;
  const reach = (l: number) => (weights[l] as number) + (mostTerm[l] as number);
  if (isCertain) {
    const term = levels[level]?.term;
    const isKnown = term === undefined || found.get(term.column) === same;
    return { bound: isKnown ? (weights[level] as number) : reach(level), level, isNull: false };
  }
  const bound = Math.max(...[...possible, level].map(reach), silent === maybe ? 0 : Number.NEGATIVE_INFINITY);
  return { bound, level: -1, isNull: false };
}

/** What a test will say, from the columns' states alone. */
function guess(test: ResolvedTest, found: ReadonlyMap<number, number>): Guess {
  switch (test.kind) {
    case "same":
      return [no, yes, unknown][found.get(test.column) as number] as Guess;
    case "distance":
    case "similarity":
      return [maybe, yes, unknown][found.get(test.column) as number] as Guess;
    case "missing":
      return test.columns.every((column) => found.get(column) === missing) ? yes : no;
    case "reversed":
    case "kilometres":
      return test.columns.some((column) => found.get(column) === missing) ? unknown : maybe;
    case "all":
      return first([no, maybe, unknown], yes, test.tests, found);
    case "any":
      return first([yes, maybe, unknown], no, test.tests, found);
    case "not": {
      const inner = guess(test.test, found);
      return inner === yes ? no : inner === no ? yes : inner;
    }
    default:
      return found.get(test.column) === missing ? unknown : maybe;
  }
}

/** The first of these guesses that some part has. */
function first(
  order: readonly Guess[],
  otherwise: Guess,
  tests: readonly ResolvedTest[],
  found: ReadonlyMap<number, number>,
): Guess {
  const parts = tests.map((test) => guess(test, found));
  return order.find((wanted) => parts.includes(wanted)) ?? otherwise;
}
