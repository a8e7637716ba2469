import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LevelParameters, Parameters } from "../parameters.ts";
import { type TrainingResult, train } from "./expectation.ts";
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

/** That no iteration makes the pairs less likely, with a term of the prior's added where there is one. */
function expectRise(history: TrainingResult["history"], prior: (parameters: Parameters) => number = () => 0) {
  const all = history.map(({ parameters, logLikelihood }) => logLikelihood + prior(parameters));
  for (const [i, value] of all.entries()) {
    const before = all[i - 1] ?? Number.NEGATIVE_INFINITY;
    expect(value).toBeGreaterThanOrEqual(before - 1e-9 * Math.abs(before));
  }
}

/** Patterns, the start, and terms of their own for each pattern of the first comparison's best level. */
const withTerms = fc.tuple(anyProblem, fc.array(share, { minLength: 64, maxLength: 64 }));

describe("train", () => {
  it.each([true, false])("never makes the pairs less likely, u fixed: %s", (fixesU) => {
    fc.assert(
      fc.property(anyProblem, (given) => {
        const [patterns, start] = problem(given);
        const { history } = train(patterns, start, { ...ends, fixesU });
        expectRise(history);
      }),
    );
  });

  it.each([true, false])("nor does it like Splink, u fixed: %s", (fixesU) => {
    fc.assert(
      fc.property(anyProblem, (given) => {
        const [patterns, start] = problem(given);
        // A level never seen drops to one in a million there, which no pair can tell.
        expectRise(train(patterns, start, { ...ends, fixesU, likeSplink: true }).history);
      }),
    );
  });

  it("nor with term frequencies, while u is fixed", () => {
    fc.assert(
      fc.property(withTerms, ([given, shares]) => {
        const [{ levels, counts }, start] = problem(given);
        const isBest = (i: number) => levels[0]?.[i] === 2;
        const constant = Float64Array.from(shares, (x, i) => (isBest(i) ? -0.6 * Math.log2(x) : 0));
        const bases = [[undefined, undefined, { factor: 0.6, baseLevel: 2 }], [], []];
        const absent = [0, 1, 2].map(() => new Uint8Array(64));
        const patterns = { levels, counts, frequencies: { constant, bases, absent } };
        expectRise(train(patterns, start, { ...ends, fixesU: true }).history);
      }),
    );
  });

  it("nor with numbers that are fixed, which stay, nor with a prior, as so many pairs more", () => {
    const [m, pairs] = [0.4, 30];
    fc.assert(
      fc.property(anyProblem, (given) => {
        const [patterns, start] = problem(given);
        const [first, ...others] = start.comparisons as [LevelParameters[], ...LevelParameters[][]];
        const rest = (first[0]?.m ?? 0) + (first[1]?.m ?? 0);
        const open = first.map((its, l) => ({ ...its, m: l === 2 ? m : (its.m * (1 - m)) / rest }));
        const from = { ...start, comparisons: [open, ...others] };
        const fixed = train(patterns, from, { ...ends, fixesU: true, stated: [[{}, {}, { m }], [], []] });
        expectRise(fixed.history);
        expect(fixed.parameters.comparisons[0]?.[2]?.m).toBe(m);
        const stated = [[{}, {}, { m: { prior: m, pairs } }], [], []];
        // Without a pair at the other levels these have nothing to share out.
        fc.pre([0, 1].every((l) => patterns.counts.some((n, i) => n > 0 && patterns.levels[0]?.[i] === l)));
        const drawn = train(patterns, from, { ...ends, fixesU: true, stated });
        const prior = ({ comparisons }: Parameters) => {
          const share = comparisons[0]?.[2]?.m ?? 0;
          return pairs * (m * Math.log(share) + (1 - m) * Math.log1p(-share));
        };
        expectRise(drawn.history, prior);
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
