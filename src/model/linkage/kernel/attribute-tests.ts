import type { ListValues } from "./columns.ts";

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

/** The least element that two lists share; −1 where they share none. */
export function firstShared({ starts, items }: ListValues, a: number, b: number): number {
  let [i, j] = [starts[a] as number, starts[b] as number];
  const [endA, endB] = [starts[a + 1] as number, starts[b + 1] as number];
  while (i < endA && j < endB) {
    const [x, y] = [items[i] as number, items[j] as number];
    if (x === y) return x;
    if (x < y) i++;
    else j++;
  }
  return -1;
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
