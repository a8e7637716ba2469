/**
 * Whole numbers of 32 bits that depend on a counter alone, so that any share of a sample can be drawn by any thread.
 * Source: the finaliser of MurmurHash3 (Appleby, public domain) over a Weyl sequence.
 */
export function mixed(counter: number, seed: number): number {
  let x = (Math.imul(counter, 0x9e3779b1) ^ seed) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
