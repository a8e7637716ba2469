import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Blocks, blocksOf } from "./blocks.ts";
import { allPairs, countPairs, ruleSize, type SourcePairs, visitBlock } from "./pair-runs.ts";

/** Columns of one length, their values numbered without gaps from 1. */
const columns = fc
  .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 6 }))
  .chain(([width, length, values]) => {
    const column = fc.array(fc.integer({ min: 0, max: values }), { minLength: length, maxLength: length });
    return fc.array(column, { minLength: width, maxLength: width });
  })
  .map((its) => its.map((ids) => Int32Array.from(ids)));

const key = (its: readonly Int32Array[], r: number) => its.map((ids) => ids[r]).join();

function blockList({ order, starts }: Blocks): number[][] {
  return [...starts.slice(0, -1)].map((from, b) => [...order.slice(from, starts[b + 1])]);
}

/** Blocks by comparing every record with every other. */
function slowBlocks(its: readonly Int32Array[]): number[][] {
  const records = [...(its[0]?.keys() ?? [])].filter((r) => its.every((ids) => ids[r] !== 0));
  const blocks = records.map((r) => records.filter((other) => key(its, other) === key(its, r)));
  return blocks.filter((block, i) => block.length > 1 && block[0] === records[i]);
}

const sorted = (blocks: readonly number[][]) => [...blocks].sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));

describe("blocksOf", () => {
  it("brings together the records that agree on all columns, ascending, and leaves out those that lack one", () => {
    fc.assert(
      fc.property(columns, (its) => {
        expect(sorted(blockList(blocksOf(its)))).toEqual(slowBlocks(its));
      }),
    );
  });

  it("gives every block once in all parts together", () => {
    fc.assert(
      fc.property(columns, fc.integer({ min: 1, max: 5 }), (its, of) => {
        const parts = Array.from({ length: of }, (_, index) => blockList(blocksOf(its, { index, of })));
        expect(sorted(parts.flat())).toEqual(slowBlocks(its));
      }),
    );
  });

  it("are counted by their sizes, in all parts together", () => {
    fc.assert(
      fc.property(columns, fc.integer({ min: 1, max: 3 }), (its, of) => {
        const blocks = slowBlocks(its);
        const sizes = Array.from({ length: of }, (_, index) =>
          ruleSize(blocksOf(its, { index, of }), {
            starts: [0, its[0]?.length ?? 0],
            compared: [[true]],
          }),
        );
        expect(sizes.reduce((sum, { pairs }) => sum + pairs, 0)).toBe(
          blocks.reduce((sum, { length: n }) => sum + (n * (n - 1)) / 2, 0),
        );
        expect(Math.max(...sizes.map(({ largest }) => largest))).toBe(
          Math.max(0, ...blocks.map(({ length }) => length)),
        );
      }),
    );
  });

  it("shares out many blocks about evenly", () => {
    const ids = Int32Array.from({ length: 20_000 }, (_, r) => 1 + (r >> 1));
    for (const of of [2, 3, 4, 7, 8]) {
      for (let index = 0; index < of; index++) {
        const share = blocksOf([ids], { index, of }).order.length / ids.length;
        expect(share * of).toBeGreaterThan(0.9);
        expect(share * of).toBeLessThan(1.1);
      }
    }
  });
});

/** A block of records and the sources that they are of. */
const inSources = fc
  .tuple(
    columns,
    fc.array(fc.nat(60), { maxLength: 3 }),
    fc.array(fc.boolean(), { minLength: 16, maxLength: 16 }),
  )
  .map(([its, cuts, wanted]) => {
    const records = its[0]?.length ?? 0;
    const starts = [0, ...cuts.map((cut) => Math.min(cut, records)).sort((a, b) => a - b), records];
    const compared = starts
      .slice(1)
      .map((_, a) => starts.slice(1).map((__, b) => a <= b && wanted[4 * a + b] === true));
    const sources: SourcePairs = { starts, compared };
    return { its, sources };
  });

/** Whether the sources of two records are compared, the lower record first. */
function isCompared({ starts, compared }: SourcePairs, l: number, r: number): boolean {
  const source = (record: number) => starts.findLastIndex((start) => start <= record);
  return compared[source(l)]?.[source(r)] === true;
}

describe("visitBlock", () => {
  it("visits each pair of compared sources once, the lower record first, and counts them", () => {
    fc.assert(
      fc.property(inSources, ({ its, sources }) => {
        const blocks = blocksOf(its);
        const visited: string[] = [];
        let counted = 0;
        for (const [b, from] of blocks.starts.slice(0, -1).entries()) {
          counted += visitBlock(blocks, sources, from, blocks.starts[b + 1] as number, (i, first, last) => {
            for (let j = first; j < last; j++) visited.push(`${blocks.order[i]} ${blocks.order[j]}`);
          });
        }
        const expected = slowBlocks(its).flatMap((block) =>
          block.flatMap((l, i) =>
            block.slice(i + 1).flatMap((r) => (isCompared(sources, l, r) ? `${l} ${r}` : [])),
          ),
        );
        expect(visited.sort()).toEqual(expected.sort());
        expect(counted).toBe(expected.length);
        expect(countPairs(blocks, sources)).toBe(expected.length);
      }),
    );
  });
});

describe("allPairs", () => {
  it("is what one block of all records has", () => {
    fc.assert(
      fc.property(inSources, ({ its, sources }) => {
        const one = Int32Array.from({ length: its[0]?.length ?? 0 }, () => 1);
        expect(allPairs(sources)).toBe(countPairs(blocksOf([one]), sources));
      }),
    );
  });
});
