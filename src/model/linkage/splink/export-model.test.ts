import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expressionText, parseExpression } from "../expression/expression.ts";
import type { Comparison, Level, LevelTest } from "../model.ts";
import { exportSplink } from "./export-model.ts";
import { importSplink, type SplinkLinkage } from "./import-model.ts";

const fixtures = join(import.meta.dirname, "../../../../fixtures/splink");
const people: unknown = JSON.parse(readFileSync(join(fixtures, "people.json"), "utf8"));

function written(text: string): string {
  const { expression } = parseExpression(text);
  if (expression === undefined) throw new Error(`no expression: ${text}`);
  return expressionText(expression);
}

const plainColumns = ["x", "y", "home_l", '"date of birth"', '"a ""b"" c"'].map(written);
const madeColumns = [
  "substr(x, 1, 3)",
  "substr(x, 2)",
  "last(x, 4)",
  "lower(x) || ' ' || upper(y)",
  "letters(trim(x))",
  "digits(x)",
  "alphanumeric(x)",
  "replace(x, 'it''s', '')",
  "nullif(x, 'n/a', 'none')",
  "coalesce(x, y)",
  "area(x)",
  "district(x)",
  "sector(x)",
  "email_user(x)",
  "email_domain(x)",
  "regexp_extract(x, '^[^@]+')",
  "regexp_extract(x, '(a)(b)', 2)",
  "year(x)",
  "month(x)",
  "day(x)",
  "date(x, '%d/%m/%Y')",
  "number(x)",
  "split(x, ' ')",
].map(written);
const columns = [...plainColumns, ...madeColumns];

const column = fc.oneof(fc.constantFrom(...plainColumns), fc.constantFrom(...columns));
const twoColumns = fc.uniqueArray(column, { minLength: 2, maxLength: 2 }) as fc.Arbitrary<[string, string]>;
const share = fc.double({ min: 0, max: 1, noNaN: true }).map(Math.abs);
const bound = fc.oneof(fc.nat(100), fc.double({ min: 0, max: 1e6, noNaN: true }).map(Math.abs));

const measured: fc.Arbitrary<LevelTest> = fc.oneof(
  fc.record({ levenshtein: column, at_most: bound }),
  fc.record({ damerau_levenshtein: column, at_most: bound }),
  fc.record({ jaro: column, at_least: share }),
  fc.record({ jaro_winkler: column, at_least: share }),
  fc.record({ jaccard: column, at_least: share }),
  fc.record({ days: column, at_most: bound }),
  fc.record({ months: column, at_most: bound }),
  fc.record({ years: column, at_most: bound }),
  fc.record({ difference: column, at_most: bound }),
  fc.record({ share: column, below: share }),
  fc.record({ kilometres: twoColumns, at_most: bound }),
  fc.record({ intersect: column, at_least: fc.integer({ min: 1, max: 9 }) }),
);

const single: fc.Arbitrary<LevelTest> = fc.oneof(
  measured,
  fc.record({ exact: fc.oneof(column, twoColumns) }),
  fc.record({ missing: fc.oneof(column, twoColumns) }),
  fc.record({ reversed: twoColumns }),
);

/** Groups as they are read: of two tests at least, which are no one test together. */
const { test } = fc.letrec<{ test: LevelTest }>((tie) => ({
  test: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    single,
    fc.record({ not: tie("test") }),
    fc.record({ all: fc.tuple(measured, tie("test")) }),
    fc.record({ any: fc.tuple(tie("test"), tie("test"), tie("test")) }),
  ),
}));

const probability = fc.double({ min: 1e-12, max: 1, noNaN: true });
const numbers = fc.record({ m: probability, u: probability }, { requiredKeys: [] });
const term = fc.record(
  { column: fc.constantFrom(...plainColumns), factor: share, least_share: share },
  { requiredKeys: ["column", "factor"] },
);
const level: fc.Arbitrary<Level> = fc
  .tuple(test, numbers, fc.record({ label: fc.string(), term_frequency: term }, { requiredKeys: [] }))
  .map(([its, numbersOfIt, more]) => ({ ...its, ...numbersOfIt, ...more }));
const plainLevel: fc.Arbitrary<Level> = fc.record({
  exact: fc.constantFrom(...plainColumns),
  term_frequency: fc.constant(true as const),
});
const comparison: fc.Arbitrary<Comparison> = fc
  .record({
    comparison: fc.stringMatching(/^[\p{L}\p{N}_ ]+$/u),
    levels: fc.array(fc.oneof(level, plainLevel), { minLength: 1, maxLength: 4 }),
    isSaid: fc.boolean(),
    otherwise: fc.option(probability, { nil: undefined }),
    missing: fc.tuple(test, test),
  })
  .map(({ comparison: name, levels, isSaid, otherwise, missing }) => ({
    comparison: name,
    levels,
    ...(otherwise === undefined ? {} : { else: { m: otherwise } }),
    ...(isSaid ? { null: { any: missing } } : {}),
  }));
const rule = fc
  .tuple(
    fc.array(column, { minLength: 1, maxLength: 3 }),
    fc.uniqueArray(fc.constantFrom("any(tags)", 'any("other names")')),
  )
  .map((parts) => parts.flat());
const linkage: fc.Arbitrary<SplinkLinkage> = fc.record({
  linkType: fc.constantFrom("dedupe_only", "link_only", "link_and_dedupe"),
  idColumn: fc.string({ minLength: 1 }),
  lambda: fc.double({ min: 1e-9, max: 0.9, noNaN: true }),
  comparisons: fc.array(comparison, { minLength: 1, maxLength: 3 }),
  blocking: fc.array(rule, { maxLength: 3 }),
});

const versions = [4, 5] as const;

it("what is exported is read as the same linkage", () => {
  fc.assert(
    fc.property(linkage, fc.constantFrom(...versions), (model, version) => {
      const { json, problems } = exportSplink(model, { version });
      expect(problems).toEqual([]);
      expect(importSplink(JSON.parse(JSON.stringify(json)))).toEqual({ linkage: model, problems: [] });
    }),
    { numRuns: 300 },
  );
});

it.each(versions)("what version %i is given of a whole model says the same", (version) => {
  const { linkage: model } = importSplink(people);
  if (model === undefined) throw new Error("the fixture is not read");
  const { json } = exportSplink(model, { version });
  expect(importSplink(json).linkage).toEqual(model);
  expect(Object.keys(json ?? {})).toContain(
    version === 4 ? "bayes_factor_column_prefix" : "match_weight_column_prefix",
  );
});

const base: SplinkLinkage = {
  linkType: "dedupe_only",
  idColumn: "id",
  lambda: 0.001,
  blocking: [["x", "substr(y, 1, 2)"]],
  comparisons: [],
};

function levelsOf(levels: Level[], more: Partial<Comparison> = {}): Record<string, unknown>[] {
  const model = { ...base, comparisons: [{ comparison: "c", levels, ...more }] };
  const { json, problems } = exportSplink(model, { version: 5 });
  expect(problems).toEqual([]);
  return (json as { comparisons: { comparison_levels: Record<string, unknown>[] }[] }).comparisons[0]
    ?.comparison_levels as Record<string, unknown>[];
}

describe("a level in Splink's words", () => {
  it("is SQL over the columns of both records", () => {
    const conditions = levelsOf([
      { exact: "x" },
      { all: [{ jaro: "x", at_least: 0.9 }, { not: { exact: ["y", "area(z)"] } }] },
      { reversed: ["x", "y"] },
    ]).map((level) => level["sql_condition"]);
    const area = (side: string) => `NULLIF(regexp_extract("z_${side}", '^[A-Za-z]{1,2}', 0), '')`;
    expect(conditions).toEqual([
      `("x_l" IS NULL OR "x_r" IS NULL) AND ("y_l" IS NULL OR "y_r" IS NULL) AND (${area("l")} IS NULL OR ${area("r")} IS NULL)`,
      '"x_l" = "x_r"',
      `(jaro_similarity("x_l", "x_r") >= 0.9) AND (NOT (("y_l" = "y_r") AND (${area("l")} = ${area("r")})))`,
      '"x_l" = "y_r" AND "x_r" = "y_l"',
      "ELSE",
    ]);
  });

  it("is a null level of the fewest columns that say the same", () => {
    const [missing] = levelsOf([{ exact: "x" }, { exact: "area(x)" }]);
    expect(missing).toMatchObject({ sql_condition: '"x_l" IS NULL OR "x_r" IS NULL', is_null_level: true });
    const never = { all: [{ missing: "x" }, { exact: "x" }] };
    expect(levelsOf([{ exact: "x" }], { null: never })[0]).not.toHaveProperty("is_null_level");
  });

  it("reads a column as text where the comparison also takes it for a date", () => {
    const [, near] = levelsOf([
      { levenshtein: "x", at_most: 1 },
      { days: "x", at_most: 3 },
    ]);
    expect(near?.["sql_condition"]).toBe('levenshtein(CAST("x_l" AS VARCHAR), CAST("x_r" AS VARCHAR)) <= 1');
  });

  it("holds fixed what is a number here, and lets a start be learned", () => {
    const [, exact] = levelsOf([{ exact: "x", m: 0.9, u: { start: 0.1 } }]);
    expect(exact).toMatchObject({
      m_probability: 0.9,
      fix_m_probability: true,
      u_probability: 0.1,
      fix_u_probability: false,
    });
  });

  it("takes its own u as the base of its frequencies where no level is exact", () => {
    const term_frequency = { column: "x" };
    const [, near] = levelsOf([{ jaro: "x", at_least: 0.9, term_frequency }]);
    expect(near).toMatchObject({ tf_adjustment_column: "x", disable_tf_exact_match_detection: true });
    const [, , besideExact] = levelsOf([{ exact: "x" }, { jaro: "x", at_least: 0.9, term_frequency }]);
    expect(besideExact).not.toHaveProperty("disable_tf_exact_match_detection");
  });
});

it.each<[string, Level, Partial<Comparison>, string]>([
  ["a weight", { exact: "x", weight: 3 }, {}, 'level "level 1" has a weight in place of m and u'],
  ["a veto", { exact: "x", weight: "veto", label: "no" }, {}, 'level "no" has a veto in place of m and u'],
  [
    "a prior",
    { exact: "x", m: { prior: 0.9, pairs: 10 } },
    {},
    'level "level 1" draws a probability towards a prior',
  ],
  [
    "bit vectors",
    { dice: "x", at_least: 0.8 },
    {},
    'level "level 1" compares bit vectors, which Splink does not',
  ],
  [
    "an else of its own weight",
    { exact: "x" },
    { else: { weight: "force" } },
    'level "else" has a force in place of m and u',
  ],
  [
    "bit vectors of a null",
    { exact: "x" },
    { null: { dice: "x", at_least: 1 } },
    'level "null" compares bit vectors, which Splink does not',
  ],
  [
    "a frequency of no column",
    { exact: "x", term_frequency: { column: "lower(x)" } },
    {},
    'level "level 1" weighs the frequency of lower(x), which is no column',
  ],
])("%s is a problem", (_, level, more, reason) => {
  const comparisons = [{ comparison: "c", levels: [level], ...more }];
  const { json, problems } = exportSplink({ ...base, comparisons }, { version: 5 });
  expect(json).toBeUndefined();
  expect(problems).toEqual([`comparison "c", ${reason}`]);
});
