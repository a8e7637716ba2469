/** An axis in the unit of its values, and where it is marked. */
export interface Axis {
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
}

/** Round values that cover a range, in about so many steps. */
export function axisOf(low: number, high: number, steps: number): Axis {
  const [from, to] = low === high ? [low, low + 1] : [low, high];
  const step = roundStep((to - from) / steps);
  const [first, last] = [Math.ceil(from / step - 1e-9), Math.floor(to / step + 1e-9)];
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
  return { from, to, ticks };
}

/** An axis from 0 that ends on a mark. */
export function countAxis(most: number, steps: number): Axis {
  const step = Math.max(1, roundStep(most / steps));
  const to = Math.max(1, Math.ceil(most / step)) * step;
  return axisOf(0, to, to / step);
}

/** The least of 1, 2, 5, 10 … times a power of ten that is not below. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 5, 10].find((of) => of * power >= least * (1 - 1e-9)) ?? 10) * power;
}

/** The place of a value on an axis, from 0 to 100. */
export function placeOn({ from, to }: Axis, value: number): number {
  return Math.round(((value - from) / (to - from)) * 1e6) / 1e4;
}
