import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Probability } from "../model.ts";
import { levelShares } from "./level-shares.ts";
import { randomShares } from "./random-shares.ts";

const counts = Float64Array.of(10, 30, 60);
const before = [0.2, 0.3, 0.5];
const of = (...stated: (Probability | undefined)[]) => levelShares(counts, stated, before);
const close = (...values: number[]) => values.map((value) => expect.closeTo(value, 12));

describe("levelShares", () => {
  it("are what was counted where nothing is stated, or only where to start", () => {
    expect(of()).toEqual([0.1, 0.3, 0.6]);
    expect(of({ start: 0.9 })).toEqual([0.1, 0.3, 0.6]);
  });

  it("keep what is fixed; the others share the rest as they were counted", () => {
    expect(of(undefined, undefined, 0.5)).toEqual(close(0.5 * (10 / 40), 0.5 * (30 / 40), 0.5));
    expect(of(0.2, 0.3, 0.5)).toEqual(before);
  });

  it("count a prior as so many pairs more: (n + prior · pairs) / (all + pairs)", () => {
    const last = (60 + 0.9 * 50) / (100 + 50);
    expect(of(undefined, undefined, { prior: 0.9, pairs: 50 })).toEqual(
      close((1 - last) * (10 / 40), (1 - last) * (30 / 40), last),
    );
  });

  it("add the pairs of a prior to those of each level where every level has one", () => {
    const priors = [0.2, 0.2, 0.6].map((prior) => ({ prior, pairs: 25 }));
    expect(of(...priors)).toEqual(close((10 + 5) / 125, (30 + 5) / 125, (60 + 15) / 125));
    expect(of(0.4, { prior: 0.1, pairs: 100 }, { prior: 0.3, pairs: 100 })).toEqual(
      close(0.4, (0.6 * 0.2) / (0.2 + 0.45), (0.6 * 0.45) / (0.2 + 0.45)),
    );
  });

  it("leave a level that was never seen what it had", () => {
    expect(levelShares(Float64Array.of(0, 30, 70), [], before)).toEqual([0.2, 0.3, 0.7]);
    expect(levelShares(new Float64Array(3), [], before)).toEqual(before);
  });

  it("add up to 1 whatever is stated, as long as it leaves room", () => {
    const stated = fc.oneof(
      fc.constant(undefined),
      fc.constant(0.05),
      fc.record({ start: fc.constant(0.5) }),
      fc.record({ prior: fc.constantFrom(0.01, 0.1), pairs: fc.constantFrom(1, 100) }),
    );
    // One level without a word takes up what the others leave.
    const its = fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), stated), { maxLength: 3 });
    fc.assert(
      fc.property(its, (others) => {
        const levels = [[20, undefined] as const, ...others];
        const had = levels.map(([, p]) => (typeof p === "number" ? p : 0.25));
        const all = Float64Array.from(levels, ([n]) => n);
        const found = levelShares(
          all,
          levels.map(([, p]) => p),
          had,
        );
        expect(found.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
        for (const [l, [, p]] of levels.entries()) if (typeof p === "number") expect(found[l]).toBe(p);
      }),
    );
  });
});

describe("randomShares", () => {
  const seen = Float64Array.of(900, 60, 40);

  it("are what was counted while nothing is known of matches, one never seen as half a pair", () => {
    expect(randomShares(seen, [{}, {}, {}], 0.01, [])).toEqual(close(0.9, 0.06, 0.04));
    expect(randomShares(Float64Array.of(1000, 0), [{}, {}], 0.01, [])[1]).toBeCloseTo(0.5 / 1000.5, 12);
  });

  it("leave out the matches that are among random pairs", () => {
    const learned = [0.1, 0.2, 0.7].map((m) => ({ m, u: 0 }));
    const others = [900 - 1, 60 - 2, 40 - 7];
    expect(randomShares(seen, [{}, {}, {}], 0.01, learned)).toEqual(
      close(...others.map((n) => n / others.reduce((a, b) => a + b))),
    );
  });

  it("keep a fixed u, and draw one with a prior towards it", () => {
    const stated = [{}, { u: 0.2 }, { u: { prior: 0.1, pairs: 1000 } }];
    const last = (40 + 100) / 2000;
    expect(randomShares(seen, stated, 0.01, [])).toEqual(close(1 - 0.2 - last, 0.2, last));
  });
});
