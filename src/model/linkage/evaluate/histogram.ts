import type { Histogram } from "./report.ts";

/** Weights are first counted in bins of a quarter of a bit, up to so many bits either way. */
const [binsPerBit, farthest] = [4, 1000];

/** Bins that a reader sees, in bits: the narrowest that gives few enough of them. */
const widths = [0.25, 0.5, 1, 2, 5, 10, 25, 50];
const mostBins = 60;

/** Counts of weights, taken one by one. */
export class WeightCounts {
  readonly #bins = new Float64Array(2 * farthest * binsPerBit);
  #below = 0;
  #above = 0;

  /** In: bits. A weight on an edge belongs to the bin above it. */
  add(bits: number, times = 1): void {
    const bin = Math.floor((bits + farthest) * binsPerBit);
    if (bin < 0) this.#below += times;
    else if (bin >= this.#bins.length) this.#above += times;
    else this.#bins[bin] = (this.#bins[bin] as number) + times;
  }

  histogram(): Histogram {
    const first = this.#bins.findIndex((n) => n > 0);
    const last = this.#bins.findLastIndex((n) => n > 0);
    const ends = { below: this.#below, above: this.#above };
    if (first === -1) return { from: 0, width: 1, counts: [], ...ends };
    const [low, high] = [first / binsPerBit - farthest, (last + 1) / binsPerBit - farthest];
    const width = widths.find((w) => Math.ceil(high / w) - Math.floor(low / w) <= mostBins) ?? 50;
    const from = Math.floor(low / width) * width;
    const counts = Array.from({ length: Math.ceil(high / width) - from / width }, () => 0);
    for (let bin = first; bin <= last; bin++) {
      const at = Math.floor((bin / binsPerBit - farthest - from) / width);
      counts[at] = (counts[at] ?? 0) + (this.#bins[bin] as number);
    }
    return { from, width, counts, ...ends };
  }
}
