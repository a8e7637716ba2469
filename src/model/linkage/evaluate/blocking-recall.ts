import { agreesOnAny } from "../block/distinct-pairs.ts";
import { agreementOf } from "../block/rule-blocks.ts";
import type { ResolvedRule } from "../resolved.ts";
import type { Edges } from "../score/edges.ts";
import type { KernelColumn } from "../values/columns.ts";
import { gather } from "../values/gather.ts";

/** Between which shares of the matches the blocking rules bring together, as far as their overlaps tell. */
export interface BlockingRecall {
  /** If the pairs that one rule alone finds are the harder ones, as records with one error often have more. */
  readonly low: number;
  /** If each rule finds every match with the same chance, whatever the others find. */
  readonly high: number;
}

/** How many links each rule finds, and how many are found by one rule, by two and so on. */
export interface RuleCatches {
  readonly byRule: readonly number[];
  /** From those found by one rule. */
  readonly byRules: readonly number[];
  /** Pairs of one cluster that no rule brings together. */
  readonly none: number;
}

/** Which rules bring together the two records of each link. `pairs`: how many pairs there are within clusters. */
export function ruleCatches(
  { left, right }: Pick<Edges, "left" | "right">,
  isLink: (place: number) => boolean,
  pairs: number,
  rules: readonly ResolvedRule[],
  columns: readonly KernelColumn[],
): RuleCatches {
  const links = placesOf(left.length, isLink);
  const [l, r] = [gather(left, links), gather(right, links)];
  const found = new Uint16Array(links.length);
  const sameIn = new Map<number, Uint8Array>();
  for (const c of rules.flatMap((rule) => rule.columns))
    if (!sameIn.has(c)) sameIn.set(c, same((columns[c] as KernelColumn).ids, l, r));
  const byRule = rules.map((rule) => {
    const its = new Uint8Array(links.length).fill(1);
    for (const c of rule.columns) {
      const agree = sameIn.get(c) as Uint8Array;
      for (let k = 0; k < its.length; k++) its[k] = (its[k] as number) & (agree[k] as number);
    }
    const lists = [agreementOf({ columns: [], lists: rule.lists }, columns)];
    let caught = 0;
    for (let k = 0; k < its.length; k++) {
      if (its[k] === 0) continue;
      if (rule.lists.length > 0 && !agreesOnAny(lists, l[k] as number, r[k] as number)) continue;
      found[k] = (found[k] as number) + 1;
      caught++;
    }
    return caught;
  });
  const byRules = rules.map(() => 0);
  for (const n of found) if (n > 0) byRules[n - 1] = (byRules[n - 1] as number) + 1;
  return { byRule, byRules, none: Math.max(0, pairs - byRules.reduce((sum, n) => sum + n, 0)) };
}

function placesOf(length: number, isLink: (place: number) => boolean): Int32Array {
  const places = new Int32Array(length);
  let n = 0;
  for (let i = 0; i < length; i++) if (isLink(i)) places[n++] = i;
  return places.subarray(0, n);
}

/** For each pair 1 where both have the same value, else 0. */
function same(ids: Int32Array, l: Int32Array, r: Int32Array): Uint8Array {
  const found = new Uint8Array(l.length);
  for (let k = 0; k < found.length; k++) {
    const id = ids[l[k] as number] as number;
    found[k] = id !== 0 && id === ids[r[k] as number] ? 1 : 0;
  }
  return found;
}

/** Links below which overlaps tell nothing, and rounds after which the share has settled. */
const [leastLinks, mostRounds] = [50, 1000];

/**
 * The blocking rules' recall without labels, from how often several of them find the same link.
 *
 * Null where there is one rule alone, or where too few links are found by two: their overlaps do not tell.
 * Source: high, the zero-truncated model of independent captures with a rate for each rule (Otis and others, Wildlife
 * Monographs 62, 1978, M_t); low, the jackknife of Burnham and Overton (Biometrika 65, 1978), or the upper end of Chao's
 * interval (Biometrics 43, 1987) where that is more, beside the pairs of clusters that no rule found.
 */
export function blockingRecall({ byRule, byRules, none }: RuleCatches): BlockingRecall | null {
  const links = byRules.reduce((sum, n) => sum + n, 0);
  const [once = 0, twice = 0] = byRules;
  if (byRule.length < 2 || links < leastLinks || links === once) return null;
  const high = links / allCaught(byRule, links);
  const low = links / (links + none + mostNever(once, twice, byRule.length));
  return { low: Math.min(low, high), high };
}

/** How many matches there are, if rules find them independently. */
function allCaught(byRule: readonly number[], links: number): number {
  let all = links;
  for (let round = 0; round < mostRounds; round++) {
    const missed = byRule.reduce((product, n) => product * (1 - n / all), 1);
    const next = links / (1 - missed);
    if (Math.abs(next - all) < 1e-6 * all) return next;
    all = next;
  }
  return all;
}

/** Matches that no rule finds, by those that one and two rules find: the most that either estimate allows. */
function mostNever(once: number, twice: number, rules: number): number {
  const others = (rules - 1) / rules;
  const never = others * ((once * (once - 1)) / (2 * (twice + 1)));
  if (never === 0) return 0;
  const ratio = once / Math.max(1, twice);
  const variance = Math.max(1, twice) * (ratio ** 2 / 2 + ratio ** 3 + ratio ** 4 / 4);
  const chao = never * Math.exp(1.96 * Math.sqrt(Math.log1p(variance / never ** 2)));
  return Math.max(chao, others * once);
}
