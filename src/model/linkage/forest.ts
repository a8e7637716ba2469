import { UnionFind } from "../union-find.ts";

/** Edges of a graph, by place. Nodes are integers from 0. */
export interface Edges {
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly weight: Float64Array;
}

/**
 * The maximum spanning forest: edges that hold together, at every threshold, what all edges hold together.
 *
 * In: edges, in order of (left, right), as ties of weight fall to the earlier edge.
 * Out: the places of the kept edges in order of falling weight; fewer than there are nodes. Components at any threshold
 * are those of the kept edges that reach it.
 * Source: Kruskal, Proceedings of the AMS 7 (1956).
 */
export function spanningForest(edges: Edges): Int32Array {
  const found = new UnionFind();
  const kept = new Int32Array(edges.weight.length);
  let count = 0;
  for (const i of byFallingWeight(edges.weight)) {
    if (found.join(edges.left[i] as number, edges.right[i] as number)) kept[count++] = i;
  }
  return kept.slice(0, count);
}

/** The component of each node, its smallest node, by the forest's edges of at least that weight. */
export function componentsAt(
  { left, right, weight }: Edges,
  forest: Int32Array,
  threshold: number,
  nodes: number,
): Int32Array {
  const found = new UnionFind(nodes);
  for (const i of forest) {
    if ((weight[i] as number) < threshold) break;
    found.join(left[i] as number, right[i] as number);
  }
  return Int32Array.from({ length: nodes }, (_, node) => found.find(node));
}

/** Several lists of edges as one. */
export function joinEdges(parts: readonly Edges[]): Edges {
  const size = parts.reduce((sum, { left }) => sum + left.length, 0);
  const all = { left: new Int32Array(size), right: new Int32Array(size), weight: new Float64Array(size) };
  let at = 0;
  for (const part of parts) {
    all.left.set(part.left, at);
    all.right.set(part.right, at);
    all.weight.set(part.weight, at);
    at += part.left.length;
  }
  return all;
}

/** Places in order of (left, right). */
export function byPair({ left, right }: Pick<Edges, "left" | "right">): Int32Array {
  const words = [right, left].map((nodes) => new Uint32Array(nodes));
  return sortedBy(left.length, words as [Uint32Array, Uint32Array]);
}

const digitBits = 16;
const digits = 1 << digitBits;

/** Places in order of falling weight, equal weights in their own order: a radix sort over the bits of the numbers. */
export function byFallingWeight(weight: Float64Array): Int32Array {
  return sortedBy(weight.length, sortableWords(weight));
}

/** Places in rising order of numbers of two words, the lower word first; equal ones in their own order. */
function sortedBy(length: number, [low, high]: readonly [Uint32Array, Uint32Array]): Int32Array {
  let from = Int32Array.from({ length }, (_, i) => i);
  let to = new Int32Array(length);
  for (const [words, shift] of [
    [low, 0],
    [low, digitBits],
    [high, 0],
    [high, digitBits],
  ] as const) {
    const starts = startsOf(words, shift);
    if (starts === undefined) continue;
    for (const i of from) {
      const digit = ((words[i] as number) >>> shift) & (digits - 1);
      to[(starts[digit] as number)++] = i;
    }
    [from, to] = [to, from];
  }
  return from;
}

/** Where each digit's places begin; undefined where all have the same digit. */
function startsOf(words: Uint32Array, shift: number): Int32Array | undefined {
  const counts = new Int32Array(digits);
  for (const word of words) (counts[(word >>> shift) & (digits - 1)] as number)++;
  let next = 0;
  for (let digit = 0; digit < digits; digit++) {
    const count = counts[digit] as number;
    if (count === words.length) return undefined;
    counts[digit] = next;
    next += count;
  }
  return counts;
}

/** The two halves of each number's bits, turned so that greater numbers have lesser words. */
function sortableWords(weight: Float64Array): [Uint32Array, Uint32Array] {
  const words = new Uint32Array(weight.buffer, weight.byteOffset, weight.length * 2);
  const low = new Uint32Array(weight.length);
  const high = new Uint32Array(weight.length);
  for (let i = 0; i < weight.length; i++) {
    const [l, h] = [words[2 * i] as number, words[2 * i + 1] as number];
    const isNegative = h >>> 31 === 1;
    low[i] = isNegative ? l : ~l;
    high[i] = isNegative ? h : ~h & 0x7fffffff;
  }
  return [low, high];
}
