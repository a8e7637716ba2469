import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UnionFind } from "./union-find.ts";

const edges = fc.array(fc.tuple(fc.nat(30), fc.nat(30)), { maxLength: 40 });

/** Components by relabelling until nothing changes. */
function plain(pairs: readonly (readonly [number, number])[]): number[] {
  const label = Array.from({ length: 31 }, (_, i) => i);
  for (let changed = true; changed; ) {
    changed = false;
    for (const [a, b] of pairs) {
      const least = Math.min(label[a] ?? a, label[b] ?? b);
      if (label[a] !== least || label[b] !== least) changed = true;
      label[a] = least;
      label[b] = least;
    }
  }
  return label;
}

function labels(pairs: readonly (readonly [number, number])[]): number[] {
  const found = new UnionFind(1);
  for (const [a, b] of pairs) found.join(a, b);
  return Array.from({ length: 31 }, (_, i) => found.find(i));
}

describe("union-find", () => {
  it("names every component by its smallest node", () => {
    fc.assert(
      fc.property(edges, (pairs) => {
        expect(labels(pairs)).toEqual(plain(pairs));
      }),
    );
  });

  it("gives the same components in any order of edges", () => {
    fc.assert(
      fc.property(edges, (pairs) => {
        expect(labels([...pairs].reverse().map(([a, b]) => [b, a]))).toEqual(labels(pairs));
      }),
    );
  });

  it("walks a long chain without a stack", () => {
    const chain = new UnionFind();
    for (let i = 200_000; i > 0; i--) chain.join(i, i - 1);
    expect(chain.find(200_000)).toBe(0);
    expect(chain.size).toBe(200_001);
  });
});
