import fc from "fast-check";
import { expect, it } from "vitest";
import { comparisons, encoded, rows } from "../../../../tests/linkage-lab.ts";
import { oracleUnits, vetoBits } from "../../../../tests/linkage-oracle.ts";
import type { Comparison } from "../model.ts";
import { ColumnList, resolveModel } from "../resolve-model.ts";
import { parametersOf } from "../train/trained-model.ts";
import { weighModel } from "../weigh.ts";
import { priorWeight, unitsOf } from "../weights.ts";
import { scorePair } from "./score-pair.ts";
import { scorer } from "./scorer.ts";

it("scores a pair by itself as the kernel does among all records, and as the model is read off", () => {
  const pairs = rows(2, 12).chain((its) =>
    fc.record({
      its: fc.constant(its),
      comparisons: comparisons(),
      lambda: fc.constantFrom(1e-6, 0.01, 0.5),
      l: fc.nat({ max: its.length - 1 }),
      r: fc.nat({ max: its.length - 1 }),
    }),
  );
  fc.assert(
    fc.property(pairs, ({ its, l, r, ...model }) => {
      const resolved = resolveModel(model.comparisons, new ColumnList());
      const { columns, counts } = encoded(its, resolved.columns);
      const kernel = scorer(resolved, columns, weighModel(resolved, parametersOf(model), counts));
      const [a = {}, b = {}] = [its[l], its[r]];
      const frequencies = Object.fromEntries(
        resolved.columns.map(({ name }) => {
          const present = its.flatMap((row) => row[name] ?? []);
          const of = new Map(present.map((v) => [v, present.filter((other) => other === v).length]));
          return [name, { records: present.length, of }] as const;
        }),
      );
      const found = scorePair(model, a, b, frequencies);
      expect(found.units).toBe(kernel.score(l, r, Number.NEGATIVE_INFINITY));
      const veto = vetoBits(model.comparisons);
      const read = model.comparisons.reduce(
        (sum, comparison) => sum + oracleUnits(comparison, a, b, its, veto),
        unitsOf(priorWeight(model.lambda)),
      );
      expect(found.units).toBe(read);
    }),
    { numRuns: 500 },
  );
});

const surname: Comparison = {
  comparison: "surname",
  levels: [
    { exact: "surname", m: 0.8, u: 0.01, term_frequency: true },
    { exact: "substr(surname, 1, 3)", label: "first letters", m: 0.1, u: 0.04 },
  ],
  else: { m: 0.1, u: 0.95 },
};
const model = { lambda: 0.5, comparisons: [surname] };

it("says of each comparison which level it has and what that weighs", () => {
  const alike = scorePair(model, { surname: "hill" }, { surname: " hilton " });
  expect(alike.comparisons).toEqual([
    { comparison: "surname", level: 1, label: "first letters", weight: 1.321928094887, frequency: 0 },
  ]);
  expect(alike.weight).toBe(alike.prior + (alike.comparisons[0]?.weight ?? 0));
  const silent = scorePair(model, { surname: "hill" }, { surname: " " });
  expect(silent.comparisons[0]).toMatchObject({ level: -1, label: "missing", weight: 0 });
  const common = scorePair(
    model,
    { surname: "hill" },
    { surname: "hill" },
    {
      surname: { records: 100, of: new Map([["hill", 4]]) },
    },
  );
  expect(common.comparisons[0]?.frequency).toBe(-2);
});

it("takes the value of an expression where a record has it, and needs it where only the database knows", () => {
  const coded: Comparison = {
    comparison: "code",
    levels: [{ exact: "regexp_extract(x, '[0-9]+')", m: 0.9, u: 0.1 }],
    else: { m: 0.1, u: 0.9 },
  };
  const its = { lambda: 0.5, comparisons: [coded] };
  expect(() => scorePair(its, { x: "a1" }, { x: "b1" })).toThrow(TypeError);
  const known = { "regexp_extract(x, '[0-9]+')": "1" };
  expect(scorePair(its, known, known).comparisons[0]?.level).toBe(1);
});
