/** Bit vectors of equal length: value `k` has `words` 32-bit words from `k · words`; 0 stands for a missing value. */
export interface BitValues {
  readonly words: number;
  readonly bits: Int32Array;
  /** How many bits of each value are set. */
  readonly ones: Int32Array;
}

/** Counts the bits of each value. */
export function bitValues(
  bits: Int32Array,
  words: number,
  allocate: (bytes: number) => ArrayBufferLike = (size) => new ArrayBuffer(size),
): BitValues {
  const values = words === 0 ? 0 : bits.length / words;
  const ones = new Int32Array(allocate(Int32Array.BYTES_PER_ELEMENT * Math.max(1, values)));
  for (let k = 0; k < values; k++) {
    let count = 0;
    for (let i = k * words; i < (k + 1) * words; i++) count += bitsSet(bits[i] as number);
    ones[k] = count;
  }
  return { words, bits, ones };
}

/** Twice the bits that two vectors share over all their bits; 0 for two empty ones. Source: Dice, Ecology 26 (1945). */
export function diceOf({ words, bits, ones }: BitValues, a: number, b: number): number {
  const all = (ones[a] as number) + (ones[b] as number);
  if (all === 0) return 0;
  let both = 0;
  const [atA, atB] = [a * words, b * words];
  for (let i = 0; i < words; i++) both += bitsSet((bits[atA + i] as number) & (bits[atB + i] as number));
  return (2 * both) / all;
}

/** Whether the coefficient of two vectors can reach a share, by how many bits each has. */
export function mayReachDice({ ones }: BitValues, a: number, b: number, least: number): boolean {
  const [n, m] = [ones[a] as number, ones[b] as number];
  return n + m === 0 ? least <= 0 : (2 * Math.min(n, m)) / (n + m) >= least;
}

/** Ones among 32 bits. */
function bitsSet(word: number): number {
  let x = word - ((word >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  x = (x + (x >>> 4)) & 0x0f0f0f0f;
  return Math.imul(x, 0x01010101) >>> 24;
}

/** The bytes of a bit vector written as hexadecimal or base64 text; undefined for any other. Source: RFC 4648. */
export function bytesOfBits(text: string): Uint8Array | undefined {
  if (/^(?:[0-9A-Fa-f]{2})+$/.test(text))
    return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/.test(text))
    return undefined;
  return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
}
