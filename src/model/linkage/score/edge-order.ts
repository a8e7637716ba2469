import type { Edges } from "./edges.ts";

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
  let [from, to] = [new Int32Array(length), new Int32Array(length)];
  for (let i = 0; i < length; i++) from[i] = i;
  for (const [words, shift] of [
    [low, 0],
    [low, digitBits],
    [high, 0],
    [high, digitBits],
  ] as const) {
    const starts = startsOf(words, shift);
    if (starts === undefined) continue;
    for (let k = 0; k < length; k++) {
      const i = from[k] as number;
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
  for (let k = 0; k < words.length; k++) {
    const digit = ((words[k] as number) >>> shift) & (digits - 1);
    counts[digit] = (counts[digit] as number) + 1;
  }
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
