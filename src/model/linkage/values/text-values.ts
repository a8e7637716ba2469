/**
 * The distinct texts of a column, numbered from 1, in memory that threads can share.
 * 0 stands for a missing value; it has no bytes.
 */
export interface TextValues {
  /** UTF-8, value after value. */
  readonly bytes: Uint8Array;
  /** Value `k` stands in `bytes` from `starts[k]` to `starts[k + 1]`; two entries more than there are values. */
  readonly starts: Int32Array;
  /**
   * For each value side by side: the lower and upper bits of its signature, how many bytes it has no bit for, and the
   * length with the first byte.
   */
  readonly signs: Int32Array;
}

/** Words that each value has among the signs; in the last its length, below this mask, and its first byte above it. */
export const signWords = 4;
export const firstShift = 20;
export const lengthMask = 2 ** firstShift - 1;

const signatureBits = 64;
const mostClasses = 32;
const mostBitsPerClass = 8;

/**
 * Adds signatures, from which `commonAtMost` reads what two values can share.
 *
 * The bytes of the column are put into classes, and each class has the same number of bits. A value sets as many bits
 * of a class as it has bytes in it, from the first bit on, until the class is full.
 */
export function textValues(
  bytes: Uint8Array,
  starts: Int32Array,
  allocate: (bytes: number) => ArrayBufferLike = (size) => new ArrayBuffer(size),
): TextValues {
  const ids = Math.max(1, starts.length - 1);
  const signs = new Int32Array(allocate(signWords * ids * Int32Array.BYTES_PER_ELEMENT));
  const { classOf, classes } = classesOf(bytes);
  const bitsPerClass = Math.min(mostBitsPerClass, Math.floor(signatureBits / Math.max(1, classes)));
  const counts = new Uint8Array(mostClasses);
  for (let id = 1; id < ids; id++) {
    counts.fill(0);
    const start = starts[id] as number;
    const end = starts[id + 1] as number;
    const at = signWords * id;
    let beyond = 0;
    for (let i = start; i < end; i++) {
      const group = classOf[bytes[i] as number] as number;
      const count = counts[group] as number;
      if (count === bitsPerClass) {
        beyond++;
        continue;
      }
      counts[group] = count + 1;
      const bit = group * bitsPerClass + count;
      const half = at + (bit >> 5);
      signs[half] = (signs[half] as number) | (1 << (bit & 31));
    }
    signs[at + 2] = beyond;
    signs[at + 3] = ((end === start ? 0 : (bytes[start] as number)) << firstShift) | (end - start);
  }
  return { bytes, starts, signs };
}

/** A class for each byte: the frequent ones have one each, and the others join the rarest of those. */
function classesOf(bytes: Uint8Array): { classOf: Uint8Array; classes: number } {
  const frequency = new Int32Array(256);
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    frequency[byte] = (frequency[byte] as number) + 1;
  }
  const often = (byte: number) => frequency[byte] as number;
  const present = Array.from(frequency.keys()).filter((byte) => often(byte) > 0);
  present.sort((x, y) => often(y) - often(x) || x - y);
  const classOf = new Uint8Array(256);
  for (const [rank, byte] of present.entries()) {
    classOf[byte] = rank < mostClasses ? rank : mostClasses - 1 - (rank % mostClasses);
  }
  return { classOf, classes: Math.min(mostClasses, present.length) };
}

/**
 * An upper bound of the bytes that two values have in common, each counted as often as both have it.
 *
 * Every byte has either set a bit or found its class full. Of the first, both share at most the bits that both have; of
 * the second, no more than the value with fewer of them.
 */
export function commonAtMost({ signs }: TextValues, a: number, b: number): number {
  const l = signWords * a;
  const r = signWords * b;
  const low = (signs[l] as number) & (signs[r] as number);
  const high = (signs[l + 1] as number) & (signs[r + 1] as number);
  return bitsOfBoth(low, high) + Math.min(signs[l + 2] as number, signs[r + 2] as number);
}

/** Ones among 64 bits; both halves are added as soon as their counts, of four bits each, have room for the sum. */
export function bitsOfBoth(low: number, high: number): number {
  let x = low - ((low >>> 1) & 0x55555555);
  let y = high - ((high >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  y = (y & 0x33333333) + ((y >>> 2) & 0x33333333);
  x = (x + y) | 0;
  x = (x & 0x0f0f0f0f) + ((x >>> 4) & 0x0f0f0f0f);
  return Math.imul(x, 0x01010101) >>> 24;
}

/** Bytes of a value. */
export function lengthOf(starts: Int32Array, id: number): number {
  return (starts[id + 1] as number) - (starts[id] as number);
}

/** The same, from the signs, which stand nearer at hand where they are read anyway. */
function signedLength({ signs }: TextValues, id: number): number {
  return (signs[signWords * id + 3] as number) & lengthMask;
}

/** How many of the first bytes are equal, up to `most`. */
export function equalBytes(bytes: Uint8Array, startA: number, startB: number, most: number): number {
  let same = 0;
  while (same < most && bytes[startA + same] === bytes[startB + same]) same++;
  return same;
}

/** Winkler's measure adds to Jaro's above this, a tenth of what is missing for each equal first byte up to the fourth. */
export const leastBoosted = 0.7;
export const mostPrefix = 4;
export const perPrefix = 0.1;

/** Equal first bytes of two values, up to the fourth. */
export function prefixOf({ bytes, starts }: TextValues, a: number, b: number): number {
  const most = Math.min(mostPrefix, lengthOf(starts, a), lengthOf(starts, b));
  return equalBytes(bytes, starts[a] as number, starts[b] as number, most);
}

/**
 * Whether a distance of either kind can be at most that. An edit brings in or takes away one byte at most, and a swap
 * none, so it takes as many as one value has bytes that the other lacks.
 */
export function mayBeWithin(values: TextValues, a: number, b: number, most: number): boolean {
  const longest = commonAtMost(values, a, b) + most;
  return signedLength(values, a) <= longest && signedLength(values, b) <= longest;
}

/** Far more than rounding can be off by. */
const slack = 1e-3;

/** Whether Jaro's measure can be at least that, were all common bytes in order and near enough. */
export function mayReachJaro(values: TextValues, a: number, b: number, least: number): boolean {
  const lengthA = signedLength(values, a);
  const lengthB = signedLength(values, b);
  return commonAtMost(values, a, b) * (lengthA + lengthB) >= (3 * least - 1 - slack) * lengthA * lengthB;
}

/** Whether Winkler's measure can be at least that: first without a look at the bytes, then with the prefix known. */
export function mayReachJaroWinkler(values: TextValues, a: number, b: number, least: number): boolean {
  if (least <= leastBoosted) return mayReachJaro(values, a, b, least);
  return (
    mayReachJaro(values, a, b, jaroNeeded(least, mostPrefix)) &&
    mayReachJaro(values, a, b, jaroNeeded(least, prefixOf(values, a, b)))
  );
}

const byPrefix = Float64Array.from({ length: mostPrefix + 1 }, (_, prefix) => 1 / (1 - prefix * perPrefix));

/** Jaro's measure that it takes for Winkler's to be at least that; none is raised from 0.7 or below. */
export function jaroNeeded(least: number, prefix: number): number {
  if (least <= leastBoosted) return least;
  const needed = (least - prefix * perPrefix) * (byPrefix[prefix] as number);
  return Math.max(needed, leastBoosted);
}
