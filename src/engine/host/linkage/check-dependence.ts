import { allPairs } from "../../../model/linkage/block/pair-runs.ts";
import type { Comparison } from "../../../model/linkage/model.ts";
import type { Parameters } from "../../../model/linkage/parameters.ts";
import type { ResolvedModel } from "../../../model/linkage/resolved.ts";
import {
  type Coincidence,
  coincidenceLift,
  type ExactPlace,
  exactPlaces,
  mergedComparison,
} from "../../../model/linkage/train/dependence.ts";
import { comparedIn } from "../../../model/linkage/train/sessions.ts";
import type { KernelColumn } from "../../../model/linkage/values/columns.ts";
import { countRule } from "./count-rules.ts";
import type { KernelInput } from "./kernel-input.ts";
import type { Threads } from "./threads.ts";

/** Records that are looked at, pairs of them for two columns, bits that are told, and that call for one comparison. */
const [mostRecords, mostPairs, toldBits, mergeBits] = [200_000, 20_000, 1, 3];

/** Two comparisons tell what the share of matches among pairs is; one alone does not. */
const leastCompared = 2;

/** Which columns agree together among pairs that are no match, more than chance; the most first. */
export async function checkDependence(
  comparisons: readonly Comparison[],
  model: ResolvedModel,
  learned: Parameters,
  input: KernelInput,
  threads: Threads,
): Promise<Coincidence[]> {
  const sample = sampleOf(input);
  const places = exactPlaces(model);
  const found: Coincidence[] = [];
  for (const [i, a] of places.entries()) {
    for (const b of places.slice(i + 1)) {
      const bits = await liftOf(a, b, model, learned, sample, threads);
      if (bits === undefined || bits < toldBits) continue;
      const [one, other] = [comparisons[a.comparison], comparisons[b.comparison]] as [Comparison, Comparison];
      const advice = bits < mergeBits ? {} : { advice: mergedComparison(one, other) };
      found.push({ columns: [nameOf(model, a), nameOf(model, b)], bits, ...advice });
    }
  }
  return found.sort((x, y) => y.bits - x.bits);
}

const nameOf = ({ columns }: ResolvedModel, { column }: ExactPlace) => columns[column]?.name ?? "";

async function liftOf(
  a: ExactPlace,
  b: ExactPlace,
  model: ResolvedModel,
  learned: Parameters,
  sample: KernelInput,
  threads: Threads,
): Promise<number | undefined> {
  const [own, its] = [a, b].map(({ column }) => model.columns[column]?.bases ?? []) as [string[], string[]];
  if (own.some((base) => its.includes(base))) return undefined;
  const rule = { name: "", columns: [a.column, b.column], lists: [] };
  const compared = comparedIn(model, rule);
  if (compared.filter(Boolean).length < leastCompared) return undefined;
  const u = ({ comparison, level }: ExactPlace) => learned.comparisons[comparison]?.[level]?.u ?? 1;
  const possible = possiblePairs(sample, a.column, b.column);
  const expected = u(a) * u(b);
  const { pairs, patterns } = await countRule(rule, { model, compared }, mostPairs, sample, threads);
  if (pairs < 2 ** toldBits * possible * expected) return undefined;
  return coincidenceLift({ pairs, patterns, possible, expected }, learned);
}

/** Pairs of compared sources in which both records have both columns. */
function possiblePairs({ columns, sources }: KernelInput, a: number, b: number): number {
  const [left, right] = [a, b].map((c) => (columns[c] as KernelColumn).ids) as [Int32Array, Int32Array];
  const starts = [0];
  for (let s = 0; s + 1 < sources.starts.length; s++) {
    let present = 0;
    for (let r = sources.starts[s] as number; r < (sources.starts[s + 1] as number); r++)
      present += left[r] === 0 || right[r] === 0 ? 0 : 1;
    starts.push((starts[s] as number) + present);
  }
  return allPairs({ ...sources, starts });
}

/** Every so-manieth record, where there are many: pairs of them tell as much. */
function sampleOf(input: KernelInput): KernelInput {
  const step = Math.ceil(input.records / mostRecords);
  if (step === 1) return { ...input, blocks: new Map() };
  const before = (place: number) => Math.ceil(place / step);
  const records = before(input.records);
  const columns = input.columns.map((column) => {
    const ids = new Int32Array(new SharedArrayBuffer(4 * records));
    for (let r = 0; r < records; r++) ids[r] = column.ids[r * step] as number;
    return { ...column, ids };
  });
  const sources = { ...input.sources, starts: input.sources.starts.map(before) };
  return { ...input, columns, sources, records, blocks: new Map() };
}
