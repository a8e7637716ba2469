import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byFallingWeight } from "../score/edge-order.ts";
import type { Edges } from "../score/edges.ts";
import { componentsAt, spanningForest } from "./forest.ts";

const anyWeight = fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0, -0, 1, -1, 1e-300, -5.5));

function edgesOf(list: readonly (readonly [number, number, number])[]): Edges {
  const sorted = [...list].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return {
    left: Int32Array.from(sorted, ([a]) => a),
    right: Int32Array.from(sorted, ([, b]) => b),
    weight: Float64Array.from(sorted, ([, , w]) => w),
  };
}

/** Components by walking: slow and plain. */
function walked({ left, right, weight }: Edges, threshold: number, nodes: number): number[] {
  const component = Array.from({ length: nodes }, (_, i) => i);
  for (let changed = true; changed; ) {
    changed = false;
    for (const [i, w] of weight.entries()) {
      if (w < threshold) continue;
      const [a, b] = [left[i] ?? 0, right[i] ?? 0];
      const least = Math.min(component[a] ?? 0, component[b] ?? 0);
      if (component[a] !== least || component[b] !== least) changed = true;
      component[a] = least;
      component[b] = least;
    }
  }
  return component;
}

describe("byFallingWeight", () => {
  it("is a stable sort, of zeros of both signs too", () => {
    fc.assert(
      fc.property(fc.array(anyWeight, { maxLength: 200 }), (weights) => {
        const found = byFallingWeight(Float64Array.from(weights));
        const expected = weights.map((w, i) => ({ w, i }));
        expected.sort((a, b) =>
          Object.is(a.w, b.w) ? a.i - b.i : b.w - a.w || (Object.is(a.w, 0) ? -1 : 1),
        );
        expect([...found]).toEqual(expected.map(({ i }) => i));
      }),
    );
  });
});

describe("spanningForest", () => {
  it("holds together at every threshold what all edges do, with as few edges as can be", () => {
    const node = fc.integer({ min: 0, max: 14 });
    const weight = fc.integer({ min: -6, max: 6 });
    fc.assert(
      fc.property(fc.array(fc.tuple(node, node, weight), { maxLength: 120, size: "max" }), (list) => {
        const edges = edgesOf(list);
        const forest = spanningForest(edges);
        for (let threshold = -7; threshold <= 7; threshold++) {
          const expected = walked(edges, threshold, 15);
          expect([...componentsAt(edges, forest, threshold, 15)]).toEqual(expected);
          const held = [...forest].filter((i) => (edges.weight[i] ?? 0) >= threshold).length;
          expect(held).toBe(15 - new Set(expected).size);
        }
      }),
    );
  });

  it("does so for a component of very many edges", () => {
    const node = fc.integer({ min: 0, max: 149 });
    const weight = fc.integer({ min: -6, max: 6 });
    const many = fc.array(fc.tuple(node, node, weight), { minLength: 6000, maxLength: 6000 });
    const [list = []] = fc.sample(many, { numRuns: 1, seed: 3 });
    const edges = edgesOf(list);
    const forest = spanningForest(edges);
    for (const threshold of [-6, 0, 5, 6])
      expect([...componentsAt(edges, forest, threshold, 150)]).toEqual(walked(edges, threshold, 150));
  });
});
