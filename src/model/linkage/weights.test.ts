import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decimalOf,
  levelWeight,
  priorWeight,
  probabilityOf,
  termFrequencyWeight,
  unitsOf,
} from "./weights.ts";

describe("weights", () => {
  it("go from probabilities to bits and back", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true }), (p) => {
        expect(probabilityOf(priorWeight(p))).toBeCloseTo(p, 12);
      }),
    );
    expect(levelWeight(0.9, 0.1)).toBeCloseTo(Math.log2(9), 12);
    expect(levelWeight(0, 0.5)).toBeLessThan(-900);
    expect([probabilityOf(2000), probabilityOf(-2000)]).toEqual([1, 0]);
  });

  it("are whole numbers of 10⁻¹² bits, written as a decimal of twelve places", () => {
    const weights = [-12.345678901234, 0, 1e-12, -1e-12, 53.000000000001, -0.5];
    expect(weights.map((weight) => decimalOf(unitsOf(weight)))).toEqual([
      "-12.345678901234",
      "0.000000000000",
      "0.000000000001",
      "-0.000000000001",
      "53.000000000001",
      "-0.500000000000",
    ]);
  });

  it("of frequencies are those of the published example: London .8, Birmingham .16, Truro .04 under u .2", () => {
    const weights = [0.8, 0.16, 0.04].map((share) => termFrequencyWeight(0.2, share, share));
    for (const [i, expected] of [-2, 0.32192809488736235, 2.321928094887362].entries()) {
      expect(weights[i]).toBeCloseTo(expected, 12);
    }
  });

  it("of frequencies take the greater share, the other's where one is missing, and nothing where both are", () => {
    expect(termFrequencyWeight(0.2, 0.1, 0.4)).toBe(-1);
    expect(termFrequencyWeight(0.2, undefined, 0.4)).toBe(-1);
    expect(termFrequencyWeight(0.2, undefined, undefined)).toBe(0);
    expect(termFrequencyWeight(0.2, 0.1, 0.1, { factor: 0.5 })).toBe(0.5);
    expect(termFrequencyWeight(0.2, 0.1, 0.1, { leastShare: 0.4 })).toBe(-1);
  });
});
