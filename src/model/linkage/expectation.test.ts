import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { train } from "./expectation.ts";
import type { Parameters } from "./parameters.ts";
import type { PatternCounts } from "./patterns.ts";

const share = fc.double({ min: 0.01, max: 0.99, noNaN: true });
const ends = { compared: [true, true, true], tolerance: 1e-9, mostIterations: 60 } as const;

/** Three comparisons of three levels, and any counts of their 64 patterns. */
const anyProblem = fc.record({
  counts: fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 64, maxLength: 64 }),
  lambda: fc.double({ min: 0.001, max: 0.6, noNaN: true }),
  m: fc.array(fc.tuple(share, share, share), { minLength: 3, maxLength: 3 }),
  u: fc.array(fc.tuple(share, share, share), { minLength: 3, maxLength: 3 }),
});

const whole = ([a, b, c]: readonly [number, number, number]) => [a, b, c].map((x) => x / (a + b + c));

function problem({
  counts,
  lambda,
  m,
  u,
}: {
  counts: number[];
  lambda: number;
  m: [number, number, number][];
  u: [number, number, number][];
}): [PatternCounts, Parameters] {
  const digit = (i: number, c: number) => (Math.floor(i / 4 ** c) % 4) - 1;
  const levels = [0, 1, 2].map((c) => Int8Array.from({ length: 64 }, (_, i) => digit(i, c)));
  const comparisons = m.map((its, c) => {
    const others = whole(u[c] ?? [1, 1, 1]);
    return whole(its).map((value, level) => ({ m: value, u: others[level] ?? 0 }));
  });
  return [
    { levels, counts: Float64Array.from(counts) },
    { lambda, comparisons },
  ];
}

describe("train", () => {
  it.each([true, false])("never makes the pairs less likely, u fixed: %s", (fixesU) => {
    fc.assert(
      fc.property(anyProblem, (given) => {
        const [patterns, start] = problem(given);
        const { history } = train(patterns, start, { ...ends, fixesU });
        for (const [i, { logLikelihood }] of history.entries()) {
          const before = history[i - 1]?.logLikelihood ?? Number.NEGATIVE_INFINITY;
          expect(logLikelihood).toBeGreaterThanOrEqual(before - 1e-9 * Math.abs(before));
        }
      }),
    );
  });

  it("finds the parameters that the patterns were made with", () => {
    const truth: Parameters = {
      lambda: 0.2,
      comparisons: [
        [
          { m: 0.3, u: 0.9 },
          { m: 0.7, u: 0.1 },
        ],
        [
          { m: 0.1, u: 0.975 },
          { m: 0.9, u: 0.025 },
        ],
        [
          { m: 0.05, u: 0.8 },
          { m: 0.95, u: 0.2 },
        ],
      ],
    };
    const levels = [0, 1, 2].map((c) => Int8Array.from({ length: 8 }, (_, i) => (i >> c) & 1));
    const counts = Float64Array.from({ length: 8 }, (_, i) => {
      const chance = (of: "m" | "u") =>
        truth.comparisons.reduce((product, its, c) => product * (its[(i >> c) & 1]?.[of] ?? 0), 1);
      return 1e6 * (truth.lambda * chance("m") + (1 - truth.lambda) * chance("u"));
    });
    const start: Parameters = {
      lambda: 0.1,
      comparisons: truth.comparisons.map(() => [
        { m: 0.2, u: 0.8 },
        { m: 0.8, u: 0.2 },
      ]),
    };
    const found = train({ levels, counts }, start, {
      ...ends,
      fixesU: false,
      tolerance: 1e-12,
      mostIterations: 5000,
    });
    expect(found.converged).toBe(true);
    expect(found.parameters.lambda).toBeCloseTo(0.2, 6);
    for (const [c, its] of truth.comparisons.entries()) {
      for (const [l, { m, u }] of its.entries()) {
        expect(found.parameters.comparisons[c]?.[l]?.m).toBeCloseTo(m, 6);
        expect(found.parameters.comparisons[c]?.[l]?.u).toBeCloseTo(u, 6);
      }
    }
  });

  it("keeps what no pair tells of, and says when it has not converged", () => {
    const [patterns, start] = problem({
      counts: Array.from({ length: 64 }, (_, i) => (i === 21 ? 10 : 0)),
      lambda: 0.5,
      m: [
        [1, 1, 1],
        [1, 1, 1],
        [1, 1, 1],
      ],
      u: [
        [1, 2, 1],
        [1, 2, 1],
        [1, 2, 1],
      ],
    });
    const { parameters, converged, history } = train(patterns, start, {
      ...ends,
      fixesU: true,
      mostIterations: 1,
    });
    expect([converged, history.length]).toEqual([false, 1]);
    expect(parameters.comparisons[0]?.map(({ u }) => u)).toEqual(start.comparisons[0]?.map(({ u }) => u));
    expect(parameters.comparisons[0]?.[2]).toEqual(start.comparisons[0]?.[2]);
  });
});
