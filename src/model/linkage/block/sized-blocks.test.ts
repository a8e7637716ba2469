import fc from "fast-check";
import { expect, it } from "vitest";
import type { KernelColumn } from "../values/columns.ts";
import { sizedBlocks } from "./sized-blocks.ts";

/** A record of two plain values, 0 where missing, and the elements of two lists. */
interface Row {
  readonly plain: readonly [number, number];
  readonly lists: readonly [readonly number[], readonly number[]];
}

const value = fc.nat(2);
const list = fc.uniqueArray(fc.nat(3), { maxLength: 3 });
const rows = fc.array(fc.record({ plain: fc.tuple(value, value), lists: fc.tuple(list, list) }), {
  maxLength: 30,
});

/** Each record has a value of its own, whose elements are its list; an empty one is missing. */
function listColumn(lists: readonly (readonly number[])[]): KernelColumn {
  const starts = [0, 0];
  const items = lists.flatMap((its) => [...its].sort((a, b) => a - b));
  for (const its of lists) starts.push((starts.at(-1) as number) + its.length);
  return {
    ids: Int32Array.from(lists, (its, r) => (its.length === 0 ? 0 : r + 1)),
    values: lists.length,
    elements: { starts: Int32Array.from(starts), items: Int32Array.from(items) },
  };
}

const share = (a: readonly number[], b: readonly number[]) => a.some((element) => b.includes(element));

it("counts the pairs of a rule of columns and lists as a comparison of all records does, each once, in any parts", () => {
  const rules = fc.record({
    columns: fc.subarray([0, 1]),
    lists: fc.subarray([2, 3], { minLength: 1 }),
    cut: fc.nat(30),
    of: fc.integer({ min: 1, max: 3 }),
  });
  fc.assert(
    fc.property(rows, rules, (its, { columns, lists, cut, of }) => {
      const plain = [0, 1].map(
        (c): KernelColumn => ({
          ids: Int32Array.from(its, (row) => row.plain[c] as number),
          values: 2,
        }),
      );
      const starts = [0, Math.min(cut, its.length), its.length];
      const compared = [
        [false, true],
        [false, true],
      ];
      const task = {
        columns: [...plain, ...[0, 1].map((c) => listColumn(its.map((row) => row.lists[c] as number[])))],
        sources: { starts, compared },
        rule: { name: "", columns, lists },
      };
      const brought = (a: Row, b: Row) =>
        columns.every((c) => a.plain[c] !== 0 && a.plain[c] === b.plain[c]) &&
        lists.every((c) => share(a.lists[c - 2] as number[], b.lists[c - 2] as number[]));
      const slow = its.flatMap((b, j) =>
        its.slice(0, j).filter((a, i) => !(i < cut && j < cut) && brought(a, b)),
      ).length;
      const parts = Array.from({ length: of }, (_, index) => sizedBlocks(task, { index, of }).pairs);
      expect(parts.reduce((sum, pairs) => sum + pairs, 0)).toBe(slow);
    }),
  );
});
