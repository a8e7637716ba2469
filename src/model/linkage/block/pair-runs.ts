import type { Blocks } from "./blocks.ts";

/** Records stand source by source. `compared[a][b]`, a ≤ b: whether records of the two are compared. */
export interface SourcePairs {
  /** Where the records of each source begin, and where the last one's end. */
  readonly starts: readonly number[];
  readonly compared: readonly (readonly boolean[])[];
}

/** Pairs of one place with a run of later places of a rule's order: `from` to `to` − 1. */
export type VisitRun = (place: number, from: number, to: number) => void;

/** Visits every pair of one block whose sources are compared, lower record first. Returns how many there are. */
export function visitBlock(
  { order }: Blocks,
  { starts, compared }: SourcePairs,
  from: number,
  to: number,
  visit: VisitRun,
): number {
  if (starts.length === 2) return compared[0]?.[0] ? visitWithin(from, to, visit) : 0;
  const ends = sourceEnds(order, starts, from, to);
  let pairs = 0;
  for (const [a, endA] of ends.entries()) {
    const startA = a === 0 ? from : (ends[a - 1] as number);
    if (compared[a]?.[a]) pairs += visitWithin(startA, endA, visit);
    for (let b = a + 1; b < ends.length; b++) {
      const [startB, endB] = [ends[b - 1] as number, ends[b] as number];
      if (!compared[a]?.[b] || startB === endB) continue;
      for (let i = startA; i < endA; i++) visit(i, startB, endB);
      pairs += (endA - startA) * (endB - startB);
    }
  }
  return pairs;
}

function visitWithin(from: number, to: number, visit: VisitRun): number {
  for (let i = from; i + 1 < to; i++) visit(i, i + 1, to);
  return ((to - from) * (to - from - 1)) / 2;
}

/** Where each source's records of a block end, as they ascend within it. */
function sourceEnds(order: Int32Array, starts: readonly number[], from: number, to: number): number[] {
  const ends: number[] = [];
  let at = from;
  for (let source = 1; source < starts.length; source++) {
    while (at < to && (order[at] as number) < (starts[source] as number)) at++;
    ends.push(at);
  }
  return ends;
}

/** How many pairs of records of compared sources there are in all. */
export function allPairs({ starts, compared }: SourcePairs): number {
  const sizes = starts.slice(1).map((end, source) => end - (starts[source] as number));
  return sizes.reduce((sum, n, a) => {
    const within = compared[a]?.[a] ? (n * (n - 1)) / 2 : 0;
    const across = sizes.reduce((all, m, b) => (b > a && compared[a]?.[b] ? all + n * m : all), 0);
    return sum + within + across;
  }, 0);
}

/**
 * What a rule brings together: pairs, those of other rules among them, and the records of the largest block with any.
 * Records that share several values of a list count once for each.
 */
export interface RuleSize {
  readonly pairs: number;
  readonly largest: number;
}

/** How many pairs a rule brings together, and from how large blocks. */
export function ruleSize(blocks: Blocks, sources: SourcePairs): RuleSize {
  const { starts } = blocks;
  let [pairs, largest] = [0, 0];
  for (let b = 0; b + 1 < starts.length; b++) {
    const [from, to] = [starts[b] as number, starts[b + 1] as number];
    const found = visitBlock(blocks, sources, from, to, () => undefined);
    pairs += found;
    if (found > 0) largest = Math.max(largest, to - from);
  }
  return { pairs, largest };
}

/** How many pairs a rule brings together, those of other rules among them. */
export function countPairs(blocks: Blocks, sources: SourcePairs): number {
  return ruleSize(blocks, sources).pairs;
}
