import type { BitValues, ListValues } from "./columns.ts";

/** Elements that two lists share: both stand in ascending order, so one walk along both counts them. */
export function sharedElements({ starts, items }: ListValues, a: number, b: number): number {
  let [i, j] = [starts[a] as number, starts[b] as number];
  const [endA, endB] = [starts[a + 1] as number, starts[b + 1] as number];
  let shared = 0;
  while (i < endA && j < endB) {
    const [x, y] = [items[i] as number, items[j] as number];
    if (x === y) shared++;
    if (x <= y) i++;
    if (y <= x) j++;
  }
  return shared;
}

/** Twice the bits that two vectors share over all their bits; 0 for two empty ones. Source: Dice, Ecology 26 (1945). */
export function diceOf({ words, bits }: BitValues, a: number, b: number): number {
  let [both, all] = [0, 0];
  for (let i = 0; i < words; i++) {
    const [x, y] = [bits[a * words + i] as number, bits[b * words + i] as number];
    both += bitsSet(x & y);
    all += bitsSet(x) + bitsSet(y);
  }
  return all === 0 ? 0 : (2 * both) / all;
}

/** Ones among 32 bits. */
function bitsSet(word: number): number {
  let x = word - ((word >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  x = (x + (x >>> 4)) & 0x0f0f0f0f;
  return Math.imul(x, 0x01010101) >>> 24;
}

const earthKilometres = 6371;
const degree = Math.PI / 180;

/**
 * Great-circle distance between two places in degrees, by the spherical law of cosines; NaN where one is not known.
 */
export function kilometresBetween(
  [latA, longA]: readonly [number, number],
  [latB, longB]: readonly [number, number],
): number {
  const cosine =
    Math.sin(latA * degree) * Math.sin(latB * degree) +
    Math.cos(latA * degree) * Math.cos(latB * degree) * Math.cos((longB - longA) * degree);
  return Math.acos(Math.min(1, Math.max(-1, cosine))) * earthKilometres;
}
