import { UnionFind } from "../../union-find.ts";
import { byFallingWeight } from "../score/edge-order.ts";
import type { Edges } from "../score/edges.ts";

/**
 * The maximum spanning forest: edges that hold together, at every threshold, what all edges hold together.
 *
 * In: edges, in order of (left, right), as ties of weight fall to the earlier edge.
 * Out: the places of the kept edges, component by component, in falling weight within each; fewer than there are nodes.
 * Components at any threshold are those of the kept edges that reach it. The cost is that of sorting each component's
 * edges, and most components have few.
 * Source: Kruskal, Proceedings of the AMS 7 (1956).
 */
export function spanningForest(edges: Edges): Int32Array {
  const { left, right } = edges;
  const { order, starts } = byComponent(edges);
  const found = new UnionFind();
  const kept = new Int32Array(Math.min(left.length, starts.length));
  let count = 0;
  for (let c = 0; c + 1 < starts.length; c++) {
    const [from, to] = [starts[c] as number, starts[c + 1] as number];
    if (to - from <= fewEdges) {
      count = keepFew(edges, order, from, to, kept, count);
      continue;
    }
    sortMany(order, from, to, edges.weight);
    for (let k = from; k < to; k++) {
      const i = order[k] as number;
      if (found.join(left[i] as number, right[i] as number)) kept[count++] = i;
    }
  }
  return kept.slice(0, count);
}

/** Places of edges by the component they are in, in their own order within it; where each smallest node's begin. */
function byComponent({ left, right }: Edges): { readonly order: Int32Array; readonly starts: Int32Array } {
  const all = new UnionFind(nodesOf({ left, right }));
  for (let i = 0; i < left.length; i++) all.join(left[i] as number, right[i] as number);
  const starts = new Int32Array(all.size + 1);
  const roots = new Int32Array(left.length);
  for (let i = 0; i < left.length; i++) {
    const root = all.find(left[i] as number);
    roots[i] = root;
    starts[root + 1] = (starts[root + 1] as number) + 1;
  }
  for (let root = 0; root < all.size; root++) {
    starts[root + 1] = (starts[root + 1] as number) + (starts[root] as number);
  }
  const next = starts.slice(0, -1);
  const order = new Int32Array(left.length);
  for (let i = 0; i < left.length; i++) {
    const root = roots[i] as number;
    const place = next[root] as number;
    order[place] = i;
    next[root] = place + 1;
  }
  return { order, starts };
}

/** Edges of a component up to which it is settled by looking at all of them again and again. */
const fewEdges = 48;
const few = {
  weight: new Float64Array(fewEdges),
  a: new Int32Array(fewEdges),
  b: new Int32Array(fewEdges),
  turn: new Int32Array(fewEdges),
};

/** Keeps the edges of a small component that hold it together, heaviest first. */
function keepFew(
  { left, right, weight }: Edges,
  order: Int32Array,
  from: number,
  to: number,
  kept: Int32Array,
  count: number,
): number {
  const size = to - from;
  const { weight: weights, a, b, turn } = few;
  // What is far away in memory is fetched first, and all at once.
  for (let k = 0; k < size; k++) {
    const i = order[from + k] as number;
    weights[k] = weight[i] as number;
    a[k] = left[i] as number;
    b[k] = right[i] as number;
  }
  for (let k = 0; k < size; k++) {
    const its = weights[k] as number;
    let at = k;
    for (; at > 0 && (weights[turn[at - 1] as number] as number) < its; at--)
      turn[at] = turn[at - 1] as number;
    turn[at] = k;
  }
  let all = count;
  for (let t = 0; t < size; t++) {
    const k = turn[t] as number;
    const [one, other] = [a[k] as number, b[k] as number];
    if (one === other) continue;
    kept[all++] = order[from + k] as number;
    // The two are one node from here on.
    for (let j = 0; j < size; j++) {
      if (a[j] === other) a[j] = one;
      if (b[j] === other) b[j] = one;
    }
  }
  return all;
}

/** From so many edges on the digits of their weights sort them sooner than comparisons do. */
const manyEdges = 4096;

/** Puts a run of ascending places in order of falling weight, equal weights in their own order. */
function sortMany(order: Int32Array, from: number, to: number, weight: Float64Array): void {
  const run = order.subarray(from, to);
  if (run.length < manyEdges) {
    run.sort((a, b) => (weight[b] as number) - (weight[a] as number) || a - b);
    return;
  }
  run.set(placesByWeight(run, weight));
}

function placesByWeight(run: Int32Array, weight: Float64Array): Int32Array {
  const places = byFallingWeight(Float64Array.from(run, (i) => weight[i] as number));
  return places.map((place) => run[place] as number);
}

/** How many nodes edges are between, counted from 0. */
export function nodesOf({ left, right }: Pick<Edges, "left" | "right">): number {
  let greatest = -1;
  for (let i = 0; i < left.length; i++) {
    greatest = Math.max(greatest, left[i] as number, right[i] as number);
  }
  return greatest + 1;
}

/** The component of each node, its smallest node, by those of the given edges that have at least that weight. */
export function componentsAt(
  { left, right, weight }: Edges,
  among: Int32Array,
  threshold: number,
  nodes: number,
): Int32Array {
  const found = new UnionFind(nodes);
  for (let k = 0; k < among.length; k++) {
    const i = among[k] as number;
    if ((weight[i] as number) >= threshold) found.join(left[i] as number, right[i] as number);
  }
  const components = new Int32Array(nodes);
  for (let node = 0; node < nodes; node++) components[node] = found.find(node);
  return components;
}
