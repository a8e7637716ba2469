import type { SourcePairs } from "../../../model/linkage/block/pair-runs.ts";
import type { LevelNumbers } from "../../../model/linkage/model.ts";
import type { ResolvedComparison, ResolvedModel } from "../../../model/linkage/resolved.ts";
import { alikeRecords } from "../../../model/linkage/train/exact-levels.ts";
import { shuffle } from "../../../model/linkage/train/random-pairs.ts";
import type { ValueCounts } from "../../../model/linkage/weigh.ts";
import type { KernelInput } from "./kernel-input.ts";
import type { Threads } from "./threads.ts";

/** Pairs drawn for one comparison, ever more while a level was not seen often enough among them; and most for a record. */
const draws = [1_000_000, 4_000_000, 10_000_000];
const drawsPerRecord = 100;

/** A level seen so often has its u within a tenth, a seventh of a bit. */
const oftenEnough = 100;

/** A level seen less often would take far more draws than there are, and weighs so much that it does not matter. */
const tooRare = 10;

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
  const task = { comparison, columns, sources, order };
  const known = sameColumn(comparison, sources) === undefined ? 0 : 1;
  let counts: Float64Array = new Float64Array(comparison.levels.length);
  let after = 0;
  for (const [i, pairs] of draws.entries()) {
    if (i > 0 && pairs > drawsPerRecord * records) break;
    const upTo = Math.min(Math.ceil(pairs / records), Math.floor((records - 1) / 2));
    const found = await threads.each<"random">(threads.parts(pairs), (part) => ({
      kind: "random",
      task: { ...task, places: { after, upTo } },
      part,
    }));
    counts = added([counts, ...found]);
    after = upTo;
    const open = counts.subarray(0, counts.length - known);
    if (open.every((n) => n >= oftenEnough) || (i > 0 && open.some((n) => n < tooRare))) break;
  }
  return counts;
}

/** The column whose same value within one source is the best level: how often that is so is counted exactly. */
function sameColumn({ levels }: ResolvedComparison, sources: SourcePairs): number | undefined {
  const test = levels.at(-1)?.test;
  return test?.kind === "same" && sources.starts.length === 2 ? test.column : undefined;
}

function added(parts: readonly Float64Array[]): Float64Array {
  return parts.reduce((sum, part) => sum.map((n, l) => n + (part[l] as number)));
}

/** Drawn counts, the best level's as all pairs would give it where it is one column's same value within one source. */
function withExact(
  counts: Float64Array,
  comparison: ResolvedComparison,
  { sources, counts: values }: KernelInput,
): Float64Array {
  const pairs = counts.reduce((sum, n) => sum + n, 0);
  const best = counts.length - 1;
  const same = sameColumn(comparison, sources);
  const others = pairs - (counts[best] as number);
  if (same === undefined || others === 0) return counts;
  const exact = pairs * sameShare(values[same] as ValueCounts);
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
