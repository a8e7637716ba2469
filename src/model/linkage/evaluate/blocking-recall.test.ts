import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mixed } from "../train/random.ts";
import { blockingRecall, type RuleCatches } from "./blocking-recall.ts";

/** A number from 0 to 1 that two others decide. */
const chance = (a: number, b: number) => mixed(a, b) / 2 ** 32;

/** What rules catch of so many matches; the chance of each is the rule's for the match. */
function caught(matches: number, rules: number, chanceOf: (match: number, rule: number) => number) {
  const byRule = Array<number>(rules).fill(0);
  const byRules = Array<number>(rules).fill(0);
  for (let match = 0; match < matches; match++) {
    const found = byRule.flatMap((_, rule) =>
      chance(match + 1, rule + 17) < chanceOf(match, rule) ? [rule] : [],
    );
    for (const rule of found) byRule[rule] = (byRule[rule] as number) + 1;
    if (found.length > 0) byRules[found.length - 1] = (byRules[found.length - 1] as number) + 1;
  }
  const links = byRules.reduce((sum, n) => sum + n, 0);
  return { catches: { byRule, byRules, none: 0 } satisfies RuleCatches, recall: links / matches };
}

describe("Blocking recall without labels", () => {
  it("holds the share of matches that rules find, where each finds every match with the same chance", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.3, max: 0.95, noNaN: true }), { minLength: 2, maxLength: 6 }),
        (rates) => {
          const { catches, recall } = caught(20_000, rates.length, (_, rule) => rates[rule] as number);
          const found = blockingRecall(catches);
          expect(found?.high).toBeCloseTo(recall, 1.3);
          expect(found?.low).toBeLessThanOrEqual(found?.high ?? 0);
        },
      ),
    );
  });

  it("holds it where some matches are harder than others", () => {
    for (const hard of [0.1, 0.3]) {
      const { catches, recall } = caught(20_000, 4, (match) => (chance(match + 1, 3) < hard ? 0.35 : 0.9));
      const found = blockingRecall(catches);
      expect(found?.low).toBeLessThan(recall);
      expect(found?.high).toBeGreaterThan(recall);
    }
  });

  it("says nothing of one rule, of few links, and of rules that never find the same link", () => {
    expect(blockingRecall({ byRule: [1000], byRules: [1000], none: 0 })).toBeNull();
    expect(blockingRecall({ byRule: [20, 20], byRules: [10, 10], none: 0 })).toBeNull();
    expect(blockingRecall({ byRule: [500, 500], byRules: [1000, 0], none: 0 })).toBeNull();
  });
});
