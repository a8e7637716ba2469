import fc from "fast-check";
import { expect, it } from "vitest";
import { compareClusters } from "./evaluation.ts";

const anyPartitions = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 })), { maxLength: 30 })
  .map((list) => [Int32Array.from(list, ([a]) => a), Int32Array.from(list, ([, b]) => b)] as const);

it("compareClusters counts every pair and every record as a walk over all of them does", () => {
  fc.assert(
    fc.property(anyPartitions, ([found, truth]) => {
      let [wanted, got, right, precision, recall] = [0, 0, 0, 0, 0];
      for (const [i, cluster] of found.entries()) {
        const together = [...found.keys()].filter((j) => found[j] === cluster);
        const belonging = [...truth.keys()].filter((j) => truth[j] === truth[i]);
        const both = together.filter((j) => truth[j] === truth[i]).length;
        precision += both / together.length;
        recall += both / belonging.length;
        for (let j = 0; j < i; j++) {
          const [isFound, isTrue] = [found[j] === cluster, truth[j] === truth[i]];
          got += isFound ? 1 : 0;
          wanted += isTrue ? 1 : 0;
          right += isFound && isTrue ? 1 : 0;
        }
      }
      const { pairs, bCubed } = compareClusters(found, truth);
      expect([pairs.found, pairs.wanted, pairs.right]).toEqual([got, wanted, right]);
      expect(pairs.precision).toBe(got === 0 ? undefined : right / got);
      expect(pairs.recall).toBe(wanted === 0 ? undefined : right / wanted);
      if (found.length === 0) expect(bCubed.f1).toBeUndefined();
      else {
        expect(bCubed.precision).toBeCloseTo(precision / found.length, 12);
        expect(bCubed.recall).toBeCloseTo(recall / found.length, 12);
      }
    }),
  );
});
