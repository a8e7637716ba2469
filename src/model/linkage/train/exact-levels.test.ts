import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { comparisons, encoded, rows, sourcesOf } from "../../../../tests/linkage-lab.ts";
import type { SourcePairs } from "../block/pair-runs.ts";
import { levelOf } from "../compare/levels.ts";
import { ColumnList, resolveModel } from "../resolve-model.ts";
import type { ResolvedComparison } from "../resolved.ts";
import type { KernelColumn } from "../values/columns.ts";
import { type AlikeRecords, alikeRecords, countAll } from "./exact-levels.ts";

/** Levels of all pairs of records that are compared, one by one. */
function oneByOne(comparison: ResolvedComparison, columns: readonly KernelColumn[], sources: SourcePairs) {
  const level = levelOf(comparison, columns);
  const counts = comparison.levels.map(() => 0);
  const { starts, compared } = sources;
  const sourceOf = (record: number) => starts.findLastIndex((start) => start <= record);
  const records = starts.at(-1) as number;
  for (let l = 0; l < records; l++)
    for (let r = l + 1; r < records; r++) {
      const found = level(l, r);
      if (found >= 0 && compared[sourceOf(l)]?.[sourceOf(r)]) counts[found] = (counts[found] as number) + 1;
    }
  return counts;
}

describe("countAll", () => {
  it("counts every pair of compared records once, in however many parts", () => {
    const world = rows(2, 40).chain((its) =>
      fc.record({
        its: fc.constant(its),
        model: comparisons(3),
        sources: sourcesOf(its.length),
        of: fc.integer({ min: 1, max: 3 }),
      }),
    );
    fc.assert(
      fc.property(world, ({ its, model, sources, of }) => {
        const list = new ColumnList();
        const { comparisons: resolved } = resolveModel(model, list);
        const { columns } = encoded(its, list.columns);
        for (const comparison of resolved) {
          const alike = alikeRecords(comparison, columns, sources, its.length) as AlikeRecords;
          const task = { comparison, columns, compared: sources.compared, alike };
          const parts = Array.from({ length: of }, (_, index) => countAll(task, { index, of }));
          const counts = comparison.levels.map((_, l) =>
            parts.reduce((sum, part) => sum + (part[l] ?? 0), 0),
          );
          expect(counts).toEqual(oneByOne(comparison, columns, sources));
        }
      }),
    );
  });
});

describe("alikeRecords", () => {
  it("groups records by their values, missing ones too, and gives up on too many groups", () => {
    const columns = [
      { ids: Int32Array.of(1, 1, 0, 1, 0), values: 1 },
      { ids: Int32Array.of(2, 2, 1, 1, 1), values: 2 },
    ];
    const sources = { starts: [0, 3, 5], compared: [] };
    const both = alikeRecords({ columns: [0, 1] }, columns, sources, 3);
    expect([...(both?.first ?? [])]).toEqual([0, 2, 3]);
    expect(both?.sizes.map((its) => [...its])).toEqual([
      [2, 1, 0],
      [0, 1, 1],
    ]);
    expect(alikeRecords({ columns: [0, 1] }, columns, sources, 2)).toBeUndefined();
  });
});
