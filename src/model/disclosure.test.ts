import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { disclosurePolicies, showCount, showPercentage } from "./disclosure.ts";

const policy = disclosurePolicies["hes-2018"];
const count = fc.nat({ max: 10_000_000 });

describe("hes-2018", () => {
  it("shows 0, hides 1 to 7, and shows the nearest 5 from 8 on", () => {
    const shown = [0, 1, 2, 7, 8, 12, 13, 997, 998].map((n) => showCount(policy, n));
    expect(shown).toEqual([0, "*", "*", "*", 10, 10, 15, 995, 1000]);
  });

  it("never shows a count from 1 to 7, nor one that is further than 2 from the truth", () => {
    fc.assert(
      fc.property(count, (n) => {
        const shown = showCount(policy, n);
        if (shown === "*") expect(n >= 1 && n <= 7).toBe(true);
        else expect(n === 0 ? shown === 0 : shown >= 10 && Math.abs(shown - n) <= 2).toBe(true);
      }),
    );
  });

  it("takes percentages from rounded counts, so that they tell no more than the counts do", () => {
    expect(showPercentage(policy, 12, 98)).toBe(10);
    fc.assert(
      fc.property(count, count, (part, whole) => {
        const shownPart = showCount(policy, part);
        const shownWhole = showCount(policy, whole);
        const again =
          shownPart === "*" || shownWhole === "*" ? "*" : showPercentage(policy, shownPart, shownWhole);
        expect(showPercentage(policy, part, whole)).toBe(again);
      }),
    );
  });

  it("refuses what is no count", () => {
    for (const n of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => showCount(policy, n)).toThrow();
  });
});
