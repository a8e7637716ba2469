import { allPairs } from "../../../model/linkage/kernel/pair-runs.ts";
import { fewPairs, shuffle } from "../../../model/linkage/kernel/random-pairs.ts";
import type { Comparison } from "../../../model/linkage/model.ts";
import type { RandomShares } from "../../../model/linkage/random-shares.ts";
import type { ResolvedComparison, ResolvedModel } from "../../../model/linkage/resolved.ts";
import { numbersOf } from "../../../model/linkage/sessions.ts";
import type { ValueCounts } from "../../../model/linkage/weigh.ts";
import type { KernelInput } from "./kernel-input.ts";
import type { Threads } from "./threads.ts";

/** Pairs drawn for one comparison: a few, and more where a level was not seen often enough among them. */
const fewDraws = 1_000_000;
const mostDraws = 10_000_000;
const drawsPerRecord = 100;

/** A level seen so often has its u within a tenth, a seventh of a bit. */
const oftenEnough = 100;

/**
 * How often each level of each comparison holds among random pairs: its u, as matches are rare among them. Undefined
 * where the model fixes all of it. Of few records all pairs are counted.
 */
export async function randomLevels(
  comparisons: readonly Comparison[],
  model: ResolvedModel,
  input: KernelInput,
  threads: Threads,
): Promise<(RandomShares | undefined)[]> {
  const found: (RandomShares | undefined)[] = [];
  const order = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT * input.records));
  shuffle(order, 1);
  for (const [c, comparison] of model.comparisons.entries()) {
    const isFixed = numbersOf(comparisons[c] as Comparison).every(
      ({ u, weight }) => typeof u === "number" || weight !== undefined,
    );
    found.push(
      isFixed ? undefined : shares(await countLevels(comparison, input, order, threads), comparison, input),
    );
  }
  return found;
}

async function countLevels(
  comparison: ResolvedComparison,
  { columns, sources, records }: KernelInput,
  order: Int32Array,
  threads: Threads,
): Promise<Float64Array> {
  const task = { comparison, columns, sources };
  if (allPairs(sources) <= fewPairs) {
    const [counts] = await threads.each<"all">([{ index: 0, of: 1 }], () => ({ kind: "all", task }));
    return counts as Float64Array;
  }
  const draw = async (draws: number) => {
    const perRecord = Math.min(Math.ceil(draws / records), Math.floor((records - 1) / 2));
    const parts = await threads.each<"random">(threads.parts(draws), (part) => ({
      kind: "random",
      task: { ...task, perRecord, order },
      part,
    }));
    return parts.reduce((sum, part) => sum.map((n, l) => n + (part[l] as number)));
  };
  const few = await draw(fewDraws);
  return few.every((n) => n >= oftenEnough)
    ? few
    : await draw(Math.max(fewDraws, Math.min(mostDraws, drawsPerRecord * records)));
}

/**
 * Counts as shares; a level that was never seen counts as half a pair. The best level is counted exactly where it is one
 * column's same value within one source.
 */
function shares(counts: Float64Array, { levels }: ResolvedComparison, input: KernelInput): RandomShares {
  const pairs = counts.reduce((sum, n) => sum + n, 0);
  const seen = counts.map((n) => Math.max(n, 0.5) / Math.max(pairs, 1));
  const best = levels.length - 1;
  const test = levels[best]?.test;
  if (test?.kind !== "same" || input.sources.starts.length > 2) return { shares: seen, pairs };
  const exact = Math.max(sameShare(input.counts[test.column] as ValueCounts), 0.5 / Math.max(pairs, 1));
  const others = 1 - (seen[best] as number);
  return {
    shares: seen.map((share, l) =>
      l === best ? exact : others === 0 ? share : (share * (1 - exact)) / others,
    ),
    pairs,
  };
}

/** The share of pairs of records with a value that have the same one. */
function sameShare(counts: ValueCounts): number {
  let [same, total] = [0, 0];
  for (const n of counts) {
    same += n * (n - 1);
    total += n;
  }
  return total < 2 ? 0 : same / (total * (total - 1));
}
