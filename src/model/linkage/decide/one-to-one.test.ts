import fc from "fast-check";
import { expect, it } from "vitest";
import type { Edges } from "../score/edges.ts";
import { takeLinks } from "./one-to-one.ts";

/** Edges from nodes 0 to 5 to nodes 6 to 11, each once. */
const anyEdges = fc
  .uniqueArray(
    fc.tuple(
      fc.integer({ min: 0, max: 5 }),
      fc.integer({ min: 6, max: 11 }),
      fc.integer({ min: -4, max: 4 }),
    ),
    { selector: ([a, b]) => `${a},${b}`, maxLength: 30 },
  )
  .map((list): Edges => {
    const sorted = list.sort((x, y) => x[0] - y[0] || x[1] - y[1]);
    return {
      left: Int32Array.from(sorted, ([a]) => a),
      right: Int32Array.from(sorted, ([, b]) => b),
      weight: Float64Array.from(sorted, ([, , w]) => w),
    };
  });

it("takeLinks takes the heaviest edge whose ends are free, again and again, and names its rival", () => {
  fc.assert(
    fc.property(
      anyEdges,
      fc.constantFrom("both" as const, "left" as const, "right" as const),
      (edges, sides) => {
        const { left, right, weight } = edges;
        let open = [...weight.keys()];
        const expected: number[] = [];
        while (open.length > 0) {
          const heaviest = Math.max(...open.map((i) => weight[i] ?? 0));
          const next = open.find((i) => weight[i] === heaviest) ?? 0;
          expected.push(next);
          open = open.filter(
            (i) =>
              i !== next &&
              (sides === "right" || left[i] !== left[next]) &&
              (sides === "left" || right[i] !== right[next]),
          );
        }
        const { taken, rival, margin } = takeLinks(edges, sides);
        expect([...taken]).toEqual(expected);
        for (const [at, i] of taken.entries()) {
          const others = [...weight.keys()].filter(
            (j) => j !== i && (left[j] === left[i] || right[j] === right[i]),
          );
          const heaviest = Math.max(...others.map((j) => weight[j] ?? 0));
          if (others.length === 0) expect([rival[at], margin[at]]).toEqual([-1, Number.NaN]);
          else {
            expect(others).toContain(rival[at]);
            expect(margin[at]).toBe((weight[i] ?? 0) - heaviest);
          }
        }
      },
    ),
  );
});
