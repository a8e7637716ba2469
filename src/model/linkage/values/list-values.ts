/** The elements of value `k`, from 0, stand in `items` from `starts[k]` to `starts[k + 1]`, ascending, each once. */
export interface ListValues {
  readonly starts: Int32Array;
  readonly items: Int32Array;
}

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
