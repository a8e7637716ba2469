import { alikeRecords } from "../../../model/linkage/kernel/exact-levels.ts";
import { shuffle } from "../../../model/linkage/kernel/random-pairs.ts";
import type { LevelNumbers } from "../../../model/linkage/model.ts";
import type { ResolvedComparison, ResolvedModel } from "../../../model/linkage/resolved.ts";
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
 * How many random pairs have each level of each comparison: its u, as matches are rare among them. Undefined where the
 * model fixes all of it. All pairs are counted where a comparison meets few different values; else pairs are drawn.
 *
 * In: what the model states of each level; up to how many pairs of different values are all looked at.
 */
export async function randomLevels(
  stated: readonly (readonly LevelNumbers[])[],
  model: ResolvedModel,
  input: KernelInput,
  threads: Threads,
  mostPairs: number,
): Promise<(Float64Array | undefined)[]> {
  const found: (Float64Array | undefined)[] = [];
  const order = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT * input.records));
  shuffle(order, 1);
  for (const [c, comparison] of model.comparisons.entries()) {
    const isFixed = stated[c]?.every(({ u, weight }) => typeof u === "number" || weight !== undefined);
    found.push(
      isFixed
        ? undefined
        : ((await countAllPairs(comparison, input, threads, mostPairs)) ??
            withExact(await drawPairs(comparison, input, order, threads), comparison, input)),
    );
  }
  return found;
}

/** Counts all pairs of records by their level, where they have few different values. */
async function countAllPairs(
  comparison: ResolvedComparison,
  { columns, sources }: KernelInput,
  threads: Threads,
  mostPairs: number,
): Promise<Float64Array | undefined> {
  const alike = alikeRecords(comparison, columns, sources, Math.floor(Math.sqrt(2 * mostPairs)));
  if (alike === undefined) return undefined;
  const task = { comparison, columns, compared: sources.compared, alike };
  const parts = threads.parts(alike.first.length ** 2 / 2);
  return added(await threads.each<"all">(parts, (part) => ({ kind: "all", task, part })));
}

async function drawPairs(
  comparison: ResolvedComparison,
  { columns, sources, records }: KernelInput,
  order: Int32Array,
  threads: Threads,
): Promise<Float64Array> {
  const task = { comparison, columns, sources };
  const draw = async (draws: number) => {
    const perRecord = Math.min(Math.ceil(draws / records), Math.floor((records - 1) / 2));
    const parts = await threads.each<"random">(threads.parts(draws), (part) => ({
      kind: "random",
      task: { ...task, perRecord, order },
      part,
    }));
    return added(parts);
  };
  const few = await draw(fewDraws);
  return few.every((n) => n >= oftenEnough)
    ? few
    : await draw(Math.max(fewDraws, Math.min(mostDraws, drawsPerRecord * records)));
}

function added(parts: readonly Float64Array[]): Float64Array {
  return parts.reduce((sum, part) => sum.map((n, l) => n + (part[l] as number)));
}

/** Drawn counts, the best level's as all pairs would give it where it is one column's same value within one source. */
function withExact(
  counts: Float64Array,
  { levels }: ResolvedComparison,
  { sources, counts: values }: KernelInput,
): Float64Array {
  const pairs = counts.reduce((sum, n) => sum + n, 0);
  const best = levels.length - 1;
  const test = levels[best]?.test;
  const others = pairs - (counts[best] as number);
  if (test?.kind !== "same" || sources.starts.length > 2 || others === 0) return counts;
  const exact = pairs * sameShare(values[test.column] as ValueCounts);
  return counts.map((n, l) => (l === best ? exact : (n * (pairs - exact)) / others));
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
