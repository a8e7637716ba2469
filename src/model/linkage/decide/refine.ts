import type { Edges } from "../score/edges.ts";
import { componentsAt } from "./forest.ts";

/** How components are refined. Weights in the unit of the pairs' own. */
export interface Refinement {
  /** Pairs of this weight and above hold components together. */
  readonly least: number;
  /** Groups are joined while the mean weight of their pairs is at least this. */
  readonly cut: number;
  /** A pair counts for no more than this, and for no less than its negative. */
  readonly cap: number;
  /** Components of more nodes are first taken apart at higher weights. */
  readonly mostNodes: number;
}

/** The weight of any pair of nodes, also of those that no edge joins; -∞ where no cluster may hold both. */
export type PairWeight = (a: number, b: number) => number;

/**
 * Clusters by average linkage inside the components of the edges: two records that are each like a third, but not like
 * one another, are told apart, which components alone never do.
 *
 * In: the edges and their spanning forest. Out: for each node the smallest node of its cluster.
 * Source: Sokal and Michener, University of Kansas Science Bulletin 38 (1958); nearest-neighbour chains by Benzécri
 * (1982) and Juan (1982), Cahiers de l'analyse des données 7.
 */
export function refineClusters(
  edges: Edges,
  forest: Int32Array,
  nodes: number,
  weightOf: PairWeight,
  refinement: Refinement,
): Int32Array {
  const clusters = Int32Array.from({ length: nodes }, (_, node) => node);
  for (const members of componentsUnder(edges, forest, nodes, refinement)) {
    for (const group of averageLinkage(members, weightOf, refinement)) {
      for (const member of group) clusters[member] = group[0] as number;
    }
  }
  return clusters;
}

/** Components of two nodes and more, none larger than is allowed: those are taken apart by doubling the weight's step. */
function componentsUnder(
  edges: Edges,
  forest: Int32Array,
  nodes: number,
  { least, mostNodes }: Refinement,
): number[][] {
  const found: number[][] = [];
  let open: ReadonlySet<number> | undefined;
  const heaviest = forest.reduce((most, i) => Math.max(most, edges.weight[i] as number), least);
  const step = (heaviest - least) / 64;
  for (let at = least; ; at += step) {
    const isLast = step === 0 || at > heaviest;
    const members = groupsOf(componentsAt(edges, forest, at, nodes), open);
    const tooLarge = members.filter((group) => group.length > mostNodes);
    for (const group of members)
      if (group.length > 1 && (isLast || group.length <= mostNodes)) found.push(group);
    if (tooLarge.length === 0 || isLast) return found;
    open = new Set(tooLarge.flat());
  }
}

/** Nodes by component, ascending; of the given nodes alone, where some are given. */
function groupsOf(components: Int32Array, among: ReadonlySet<number> | undefined): number[][] {
  const groups = new Map<number, number[]>();
  for (let node = 0; node < components.length; node++) {
    if (among !== undefined && !among.has(node)) continue;
    const component = components[node] as number;
    const group = groups.get(component);
    if (group === undefined) groups.set(component, [node]);
    else group.push(node);
  }
  return [...groups.values()];
}

/** Caps that one forbidden pair weighs: more than all other pairs of two groups. */
const forbidden = 2 ** 21;

/** Groups of members by average linkage down to the cut, each ascending. */
function averageLinkage(
  members: readonly number[],
  weightOf: PairWeight,
  { cut, cap }: Refinement,
): number[][] {
  const n = members.length;
  const sums = new Float64Array(n * n);
  for (let a = 0; a < n; a++) {
    for (let b = a + 1; b < n; b++) {
      const found = weightOf(members[a] as number, members[b] as number);
      const weight =
        found === Number.NEGATIVE_INFINITY ? -forbidden * cap : Math.max(-cap, Math.min(cap, found));
      sums[a * n + b] = weight;
      sums[b * n + a] = weight;
    }
  }
  const groups: (number[] | undefined)[] = members.map((member) => [member]);
  const chain: number[] = [];
  for (;;) {
    if (chain.length === 0) {
      const first = groups.findIndex(
        (group, g) => group !== undefined && nearest(g, sums, groups).mean >= cut,
      );
      if (first === -1) break;
      chain.push(first);
    }
    const top = chain.at(-1) as number;
    const { group: next, mean } = nearest(top, sums, groups, chain.at(-2));
    if (mean < cut) {
      chain.length = 0;
      continue;
    }
    if (next !== chain.at(-2)) {
      chain.push(next);
      continue;
    }
    chain.length -= 2;
    join(Math.min(top, next), Math.max(top, next), sums, groups);
  }
  return groups.flatMap((group) => (group === undefined ? [] : [group.sort((a, b) => a - b)]));
}

/** The group with the greatest mean weight to a group; of equal ones the one before in the chain, else the first. */
function nearest(
  g: number,
  sums: Float64Array,
  groups: readonly (readonly number[] | undefined)[],
  before?: number,
): { readonly group: number; readonly mean: number } {
  const n = groups.length;
  const size = groups[g]?.length ?? 0;
  let [group, mean] = [-1, Number.NEGATIVE_INFINITY];
  for (let other = 0; other < n; other++) {
    const its = groups[other];
    if (other === g || its === undefined) continue;
    const found = (sums[g * n + other] as number) / (size * its.length);
    if (found > mean || (found === mean && other === before)) [group, mean] = [other, found];
  }
  return { group, mean };
}

function join(a: number, b: number, sums: Float64Array, groups: (number[] | undefined)[]): void {
  const n = groups.length;
  for (let other = 0; other < n; other++) {
    const sum = (sums[a * n + other] as number) + (sums[b * n + other] as number);
    sums[a * n + other] = sum;
    sums[other * n + a] = sum;
  }
  groups[a] = [...(groups[a] ?? []), ...(groups[b] ?? [])];
  groups[b] = undefined;
}
