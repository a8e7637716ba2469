import type { ResolvedComparison, ResolvedTest } from "../resolved.ts";
import type { KernelColumn } from "../values/columns.ts";
import {
  bitsOfBoth,
  firstShift,
  jaroNeeded,
  lengthMask,
  mostPrefix,
  signWords,
  type TextValues,
} from "../values/text-values.ts";
import { type ComparisonWeights, greatestTerm } from "../weigh.ts";

type TextTest = Extract<ResolvedTest, { kind: "distance" | "similarity" }>;

/** A level that is not the same value: what it takes to be possible, and the weight that it can then reach. */
interface Rung {
  readonly test: TextTest;
  readonly reach: number;
}

/** Far more than rounding can be off by. */
const slack = 1e-3;

/** What the share of common bytes has to be, where so many first bytes may be equal; distances are never ruled out. */
function shareNeeded(test: TextTest | undefined, prefix: number): number {
  if (test === undefined) return Number.POSITIVE_INFINITY;
  if (test.kind === "distance") return Number.NEGATIVE_INFINITY;
  const jaro = test.of === "jaro_winkler" ? jaroNeeded(test.least, prefix) : test.least;
  return 3 * jaro - 1 - slack;
}

/**
 * What the signatures of two different values change in the bound of their pair. Three levels are told apart, written
 * out: most pairs of a wide rule end here, and a loop over levels takes twice as long.
 */
export class TextStage {
  readonly column: number;
  /** The most by which it can lower a bound. */
  readonly gain: number;
  /** The signs of each value by its number. */
  readonly signs: Int32Array;
  readonly #isDistance: boolean;
  readonly #most0: number;
  readonly #most1: number;
  readonly #most2: number;
  readonly #same0: number;
  readonly #same1: number;
  readonly #same2: number;
  readonly #other0: number;
  readonly #other1: number;
  readonly #other2: number;
  readonly #change0: number;
  readonly #change1: number;
  readonly #change2: number;
  readonly #least: number;

  /** In: the levels, the highest reach first; what else can reach; the bound that a pair of two values has so far. */
  constructor(column: number, rungs: readonly Rung[], floor: number, before: number, { signs }: TextValues) {
    const tests = rungs.map(({ test }) => test);
    this.column = column;
    this.gain = before - floor;
    this.signs = signs;
    this.#isDistance = tests.every((test) => test.kind === "distance");
    [this.#most0 = -1, this.#most1 = -1, this.#most2 = -1] = tests.map((test) =>
      test.kind === "distance" ? test.most : -1,
    );
    const [a, b, c] = tests;
    [this.#same0, this.#same1, this.#same2] = [a, b, c].map((test) => shareNeeded(test, mostPrefix)) as Three;
    [this.#other0, this.#other1, this.#other2] = [a, b, c].map((test) => shareNeeded(test, 0)) as Three;
    this.#least = floor - before;
    [this.#change0 = this.#least, this.#change1 = this.#least, this.#change2 = this.#least] = rungs.map(
      ({ reach }) => reach - before,
    );
  }

  /** In: the places of two values' signs, both present and not the same. Out: 0 or less. */
  changeOf(signs: Int32Array, a: number, b: number): number {
    const l = signWords * a;
    const r = signWords * b;
    const low = (signs[l] as number) & (signs[r] as number);
    const high = (signs[l + 1] as number) & (signs[r + 1] as number);
    const common = bitsOfBoth(low, high) + Math.min(signs[l + 2] as number, signs[r + 2] as number);
    const ta = signs[l + 3] as number;
    const tb = signs[r + 3] as number;
    const la = ta & lengthMask;
    const lb = tb & lengthMask;
    if (this.#isDistance) {
      const edits = Math.max(la, lb) - common;
      if (edits <= this.#most0) return this.#change0;
      if (edits <= this.#most1) return this.#change1;
      return edits <= this.#most2 ? this.#change2 : this.#least;
    }
    const isSameFirst = ta >>> firstShift === tb >>> firstShift;
    const share = (common * (la + lb)) / (la * lb);
    if (share >= (isSameFirst ? this.#same0 : this.#other0)) return this.#change0;
    if (share >= (isSameFirst ? this.#same1 : this.#other1)) return this.#change1;
    return share >= (isSameFirst ? this.#same2 : this.#other2) ? this.#change2 : this.#least;
  }
}

type Three = [number, number, number];

/**
 * The stage of a comparison of one text column by distances and similarities; undefined for any other, for one that may
 * say nothing of two values, and for values too long for their signs.
 *
 * In: the bound that a pair of two values has so far.
 */
export function textStageOf(
  comparison: ResolvedComparison,
  columns: readonly KernelColumn[],
  weights: ComparisonWeights,
  boundBefore: number,
): TextStage | undefined {
  const [place] = comparison.columns;
  const text = place === undefined ? undefined : columns[place]?.text;
  if (comparison.columns.length !== 1 || place === undefined || text === undefined) return undefined;
  if (comparison.missing.kind !== "missing") return undefined;
  const rungs = rungsOf(comparison, weights);
  if (rungs === undefined || longest(text) > lengthMask) return undefined;
  const floor = reachOf(weights, 0);
  const useful = fewest(rungs.filter(({ reach }) => reach > floor));
  return useful.length === 0 ? undefined : new TextStage(place, useful, floor, boundBefore, text);
}

function reachOf(weights: ComparisonWeights, level: number): number {
  return (weights.levels[level] as number) + greatestTerm(weights.terms[level]);
}

/** The levels beside the same value, the highest reach first; undefined where one is of another kind. */
function rungsOf({ levels }: ResolvedComparison, weights: ComparisonWeights): Rung[] | undefined {
  const rungs: Rung[] = [];
  for (const [l, { test }] of levels.entries()) {
    if (test === undefined || test.kind === "same") continue;
    if (test.kind !== "distance" && (test.kind !== "similarity" || test.of === "jaccard")) return undefined;
    rungs.push({ test, reach: reachOf(weights, l) });
  }
  return rungs.sort((a, b) => b.reach - a.reach);
}

const told = 3;

/** Of more levels than can be told apart, the lower ones count as always possible. */
function fewest(rungs: readonly Rung[]): readonly Rung[] {
  const last = rungs[told - 1];
  if (rungs.length <= told || last === undefined) return rungs;
  const always: TextTest = { kind: "similarity", of: "jaro", column: last.test.column, least: 0 };
  return [...rungs.slice(0, told - 1), { test: always, reach: last.reach }];
}

function longest({ starts }: TextValues): number {
  let most = 0;
  for (let id = 1; id + 1 < starts.length; id++)
    most = Math.max(most, (starts[id + 1] as number) - (starts[id] as number));
  return most;
}
