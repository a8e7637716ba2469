import type { Probability } from "../model.ts";

/**
 * How often each level of a comparison holds, from pairs that were counted and what the model states.
 *
 * A fixed number stays. A prior counts as so many pairs more, seen with its share. The other levels share the rest as
 * they were seen. A level that was never seen keeps what it had.
 *
 * In: counts by level, of matches for m and of other pairs for u; what the model states of each level; the shares
 * before. All may be expected counts.
 */
export function levelShares(
  counts: Float64Array,
  stated: readonly (Probability | undefined)[],
  before: readonly number[],
): number[] {
  const total = sum(counts);
  const own = before.map((_, l) => ownShare(stated[l], counts[l] as number, total));
  const rest = Math.max(1 - own.reduce<number>((all, share) => all + (share ?? 0), 0), 0);
  const seen = sum(counts.filter((_, l) => own[l] === undefined));
  if (own.every((share) => share !== undefined)) return filled(own as readonly number[], stated);
  return before.map((share, l) => {
    const count = counts[l] as number;
    return own[l] ?? (count === 0 || rest === 0 ? share : (count / seen) * rest);
  });
}

/** The share of a level that does not depend on the others: fixed, or drawn towards a prior. */
function ownShare(stated: Probability | undefined, count: number, total: number): number | undefined {
  if (typeof stated === "number") return stated;
  return stated !== undefined && "prior" in stated ? withPrior(stated, count, total) : undefined;
}

/** The share of a level after pairs were counted: those of its prior are counted with them. */
export function withPrior(
  { prior, pairs }: { readonly prior: number; readonly pairs: number },
  count: number,
  total: number,
): number {
  return (count + prior * pairs) / (total + pairs);
}

/** Where every level is fixed or has a prior, the latter fill what the former leave. */
function filled(own: readonly number[], stated: readonly (Probability | undefined)[]): number[] {
  const isFixed = own.map((_, l) => typeof stated[l] === "number");
  const all = (fixed: boolean) =>
    own.reduce((total, share, l) => (isFixed[l] === fixed ? total + share : total), 0);
  const scale = Math.max(1 - all(true), 0) / all(false);
  return own.map((share, l) => (isFixed[l] || scale === 0 ? share : share * scale));
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
