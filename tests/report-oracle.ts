import type { Comparison } from "../src/model/linkage/model.ts";
import { priorWeight, probabilityOf, unitsOf } from "../src/model/linkage/weights.ts";
import type { Row } from "./linkage-lab.ts";
import { agrees, oracleLevel, oracleUnits } from "./linkage-oracle.ts";

/** A linkage of one file within itself, with every number fixed; links are what the scored pairs connect. */
export interface PlainLinkage {
  readonly its: readonly Row[];
  readonly model: readonly Comparison[];
  readonly rules: readonly (readonly string[])[];
  readonly lambda: number;
  /** Bits: of scored pairs, and of those that connect. */
  readonly least: number;
  readonly atLeast: number;
}

interface PlainPair {
  readonly l: number;
  readonly r: number;
  readonly bits: number;
}

/** What a report tells of a linkage, pair by pair and record by record. */
export function plainReport(linkage: PlainLinkage) {
  const { its, model, rules, lambda, least, atLeast } = linkage;
  const bitsOf = (l: Row, r: Row) =>
    model.reduce((sum, c) => sum + oracleUnits(c, l, r, its), unitsOf(priorWeight(lambda))) / 1e12;
  const all = its.flatMap((_, l) => its.flatMap((__, r) => (l < r ? [[l, r] as const] : [])));
  const byRule = rules.map((rule) => all.filter(([l, r]) => agrees(rule, its[l] as Row, its[r] as Row)));
  const fresh = byRule.map(
    (pairs, k) =>
      pairs.filter(([l, r]) => !rules.slice(0, k).some((rule) => agrees(rule, its[l] as Row, its[r] as Row)))
        .length,
  );
  const scored = [...new Set(byRule.flat())]
    .map(([l, r]): PlainPair => ({ l, r, bits: bitsOf(its[l] as Row, its[r] as Row) }))
    .filter(({ bits }) => bits >= least);
  const cluster = connected(
    its.length,
    scored.filter(({ bits }) => bits >= atLeast),
  );
  const isLink = ({ l, r }: PlainPair) => cluster[l] === cluster[r];
  const [links, open] = [scored.filter(isLink), scored.filter((pair) => !isLink(pair))];
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const chance = ({ bits }: PlainPair) => probabilityOf(bits);
  const patterns = new Map<string, PlainPair[]>();
  for (const pair of scored) {
    const key = model.map((c) => oracleLevel(c, its[pair.l] as Row, its[pair.r] as Row)).join(" ");
    patterns.set(key, [...(patterns.get(key) ?? []), pair]);
  }
  return {
    rules: byRule.map((pairs, k) => ({ pairs: pairs.length, fresh: fresh[k] })),
    scored,
    links,
    cluster,
    unlinkable: its.filter((row) => bitsOf(row, row) < atLeast).length,
    expectedFalse: sum(links.map((pair) => 1 - chance(pair))),
    expectedMissed: sum(open.map(chance)),
    expectedFalseFrom: (bits: number) =>
      sum(scored.filter((pair) => pair.bits >= bits).map((pair) => 1 - chance(pair))),
    patterns: [...patterns].map(([key, pairs]) => ({
      levels: key.split(" ").map(Number),
      pairs: pairs.length,
      links: pairs.filter(isLink).length,
      bits: sum(pairs.map(({ bits }) => bits)) / pairs.length,
    })),
    /** How many bits a link weighs more than the heaviest pair of either record that leaves the cluster. */
    margins: links.flatMap(({ l, r, bits }) => {
      const rivals = open.filter((pair) => [pair.l, pair.r].some((record) => record === l || record === r));
      return rivals.length === 0 ? [] : [bits - Math.max(...rivals.map((rival) => rival.bits))];
    }),
  };
}

/** The cluster of each record, by following pairs until nothing changes. */
function connected(records: number, pairs: readonly PlainPair[]): number[] {
  const cluster = Array.from({ length: records }, (_, record) => record);
  for (let isDone = false; !isDone; ) {
    isDone = true;
    for (const { l, r } of pairs) {
      const least = Math.min(cluster[l] as number, cluster[r] as number);
      if (cluster[l] !== least || cluster[r] !== least) isDone = false;
      cluster[l] = least;
      cluster[r] = least;
    }
  }
  return cluster;
}
