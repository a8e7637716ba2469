import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { importSplink } from "./import-model.ts";

const fixtures = join(import.meta.dirname, "../../../../fixtures/splink");
const read = (name: string) => JSON.parse(readFileSync(join(fixtures, `${name}.json`), "utf8"));

const otherwise = { sql_condition: "ELSE" };
const nothing = (column: string) => ({
  sql_condition: `"${column}_l" IS NULL OR "${column}_r" IS NULL`,
  is_null_level: true,
});
const level = (sql_condition: string, more = {}) => ({ sql_condition, ...more });
const same = (column: string, more = {}) => level(`"${column}_l" = "${column}_r"`, more);
const comparison = (...comparison_levels: object[]) => ({ output_column_name: "c", comparison_levels });
const model = (comparisons: object[], more = {}) => ({ link_type: "dedupe_only", comparisons, ...more });

/** The one comparison of a model that can be read. */
function readOne(...levels: object[]) {
  const { linkage, problems } = importSplink(model([comparison(...levels)]));
  expect(problems).toEqual([]);
  return linkage?.comparisons[0];
}

/** What is refused of a model. */
function refused(...levels: object[]) {
  const { linkage, problems } = importSplink(model([comparison(...levels)]));
  expect(linkage).toBeUndefined();
  return problems;
}

it("reads a whole model: numbers, frequencies, rules, and what is not trained", () => {
  expect(importSplink(read("people"))).toEqual({
    problems: [],
    linkage: {
      linkType: "link_only",
      idColumn: "record",
      lambda: 0.00025,
      blocking: [["nhs_number"], ["substr(surname, 1, 3)", "dob"]],
      comparisons: [
        {
          comparison: "names",
          levels: [
            { exact: ["forename", "surname"], label: "both names", m: 0.7, u: 0.0001 },
            { reversed: ["forename", "surname"], label: "names the other way round", m: 0.02, u: 0.00002 },
            {
              all: [
                { jaro_winkler: "forename", at_least: 0.9 },
                { jaro_winkler: "surname", at_least: 0.9 },
              ],
              label: "both names nearly",
              m: 0.1,
              u: 0.0003,
            },
            {
              exact: "surname",
              label: "surname",
              m: 0.1,
              u: 0.005,
              term_frequency: { column: "surname", factor: 0.8, least_share: 0.001 },
            },
          ],
          else: { m: 0.08, u: 0.99458 },
        },
        {
          comparison: "dob",
          levels: [
            { exact: "dob", label: "same day", m: 0.9, u: 0.0001 },
            { levenshtein: "dob", at_most: 1, label: "one sign off", m: 0.05, u: 0.001 },
            { years: "dob", at_most: 1, label: "within a year", m: 0.03, u: 0.02 },
          ],
          else: { m: 0.02, u: 0.9789 },
        },
        {
          comparison: "postcode",
          levels: [
            {
              exact: "postcode",
              label: "postcode",
              m: 0.6,
              term_frequency: { column: "postcode", factor: 1 },
            },
            { exact: "district(postcode)", label: "district" },
          ],
        },
      ],
    },
  });
});

describe("a level without a counterpart", () => {
  it("is a problem that names its comparison and its label, or its condition where it has none", () => {
    const problems = refused(
      nothing("x"),
      level('"x_l" = "y_r"'),
      level('hamming("x_l", "x_r") < 2', { label_for_charts: "nearly" }),
      otherwise,
    );
    expect(problems).toEqual([
      'comparison "c", level "\\"x_l\\" = \\"y_r\\"" compares x of one record with y of the other one way round only',
      'comparison "c", level "nearly" has no counterpart: it calls hamming',
    ]);
  });

  it("is one that needs a column which none of our expressions is", () => {
    const [problem] = refused(nothing("x"), level('nullif("x_l", "y_l") = nullif("x_r", "y_r")'), otherwise);
    expect(problem).toContain(" needs the column nullif(x, y): ");
  });
});

describe("a null level", () => {
  const jaro = level('jaro_similarity("x_l", "x_r") >= 0.9');

  it("is left out where it says what our model says of itself", () => {
    expect(readOne(nothing("x"), same("x"), jaro, otherwise)).not.toHaveProperty("null");
    const area = read("levels")["area"];
    expect(readOne(nothing("x"), same("x"), level(area), otherwise)).not.toHaveProperty("null");
  });

  it("is said where it differs", () => {
    expect(readOne(nothing("y"), same("x"), otherwise)?.null).toEqual({ missing: "y" });
    expect(readOne(nothing("x"), same("x"), same("y"), otherwise)?.null).toEqual({ missing: "x" });
    const parsed = `try_strptime("x_l", '%Y-%m-%d') IS NULL OR try_strptime("x_r", '%Y-%m-%d') IS NULL`;
    const read = readOne(level(parsed, { is_null_level: true }), same("x"), otherwise);
    expect(read?.null).toEqual({ missing: "date(x, '%Y-%m-%d')" });
    const either = level('("x_l" IS NULL OR "x_r" IS NULL) OR ("y_l" IS NULL OR "y_r" IS NULL)', {
      is_null_level: true,
    });
    const any = { any: [{ missing: "x" }, { missing: "y" }] };
    expect(readOne(either, same("x"), same("y"), otherwise)?.null).toEqual(any);
    expect(readOne(nothing("x"), nothing("y"), same("x"), same("y"), otherwise)?.null).toEqual(any);
  });

  it("without one the comparison never says nothing", () => {
    expect(readOne(same("x"), otherwise)?.null).toEqual({ all: [{ missing: "x" }, { exact: "x" }] });
  });

  it("and ELSE are refused in another order", () => {
    const order = ['comparison "c" is not null levels, then others, then ELSE'];
    expect(refused(same("x"), nothing("x"), otherwise)).toEqual(order);
    expect(refused(nothing("x"), same("x"))).toEqual(order);
    expect(refused(nothing("x"), otherwise, same("x"))).toEqual(order);
    expect(refused(nothing("x"), otherwise)).toEqual(order);
    expect(refused(nothing("x"))).toEqual(order);
  });
});

describe("term frequencies", () => {
  const near = (more: object) =>
    level('jaro_similarity("x_l", "x_r") >= 0.9', { label_for_charts: "near", ...more });
  const own = { tf_adjustment_column: "x", disable_tf_exact_match_detection: true };

  it("stand against the exact level of their column, or the level itself where there is none", () => {
    const read = readOne(
      nothing("x"),
      same("x", { tf_adjustment_column: "x" }),
      near({ tf_adjustment_column: '"x"', tf_adjustment_weight: 0.5 }),
      otherwise,
    );
    expect(read?.levels.map((l) => l.term_frequency)).toEqual([true, { column: "x", factor: 0.5 }]);
    expect(readOne(nothing("x"), near(own), otherwise)?.levels[0]?.term_frequency).toBe(true);
    expect(readOne(nothing("x"), same("x", own), otherwise)?.levels[0]?.term_frequency).toBe(true);
  });

  it("are refused against another base", () => {
    expect(refused(nothing("x"), same("x"), near(own), otherwise)).toEqual([
      `comparison "c", level "near" weighs the frequency of x against its own u, not the exact level's`,
    ]);
    expect(refused(nothing("x"), near({ tf_adjustment_column: "x" }), otherwise)).toEqual([
      'comparison "c", level "near" weighs the frequency of x, of which no level is an exact match',
    ]);
  });
});

describe("a model", () => {
  const one = [comparison(nothing("x"), same("x"), otherwise)];

  it("without its numbers has those that Splink takes for them, and none for its levels", () => {
    expect(importSplink(model(one)).linkage).toEqual({
      linkType: "dedupe_only",
      idColumn: "unique_id",
      lambda: 0.0001,
      blocking: [],
      comparisons: [{ comparison: "c", levels: [{ exact: "x" }] }],
    });
  });

  it("of version 4 has levels that training never saw, and rules as plain text", () => {
    const unseen = { m_probability: "level not observed in training dataset", u_probability: 0.5 };
    const { linkage } = importSplink(
      model([comparison(nothing("x"), same("x", unseen), otherwise)], {
        bayes_factor_column_prefix: "bf_",
        blocking_rules_to_generate_predictions: ["l.x = r.x and l.home_l = r.home_l"],
      }),
    );
    expect(linkage?.comparisons[0]?.levels).toEqual([{ exact: "x", u: 0.5 }]);
    expect(linkage?.blocking).toEqual([["x", "home_l"]]);
  });

  it.each([
    ["l.x = r.y", "compares x with y"],
    ["l.x = r.x OR l.y = r.y", "joins by OR: each side of it is a rule of its own"],
    ["l.x = r.x AND levenshtein(l.y, r.y) < 2", "asks for more than columns that are the same"],
    ["1=1", "compares with a fixed value"],
    ["other.x = r.x", "names the table other, which is neither l nor r"],
    ["l.x.y = r.x.y", "looks into a list or a struct"],
  ])("with the rule %s is refused", (rule, reason) => {
    const { linkage, problems } = importSplink(
      model(one, { blocking_rules_to_generate_predictions: [rule] }),
    );
    expect(linkage).toBeUndefined();
    expect(problems).toEqual([`blocking rule ${rule} ${reason}`]);
  });

  it("with a rule over the elements of a list shares any of them", () => {
    const rule = {
      blocking_rule: "l.x = r.x AND l.y = r.y",
      sql_dialect: "duckdb",
      arrays_to_explode: ["x"],
    };
    const { linkage } = importSplink(model(one, { blocking_rules_to_generate_predictions: [rule] }));
    expect(linkage?.blocking).toEqual([["any(x)", "y"]]);
  });

  it("with a rule that asks for something else of a list that it takes apart is refused", () => {
    const rule = {
      blocking_rule: "lower(l.x) = lower(r.x)",
      sql_dialect: "duckdb",
      arrays_to_explode: ["x"],
    };
    const { problems } = importSplink(model(one, { blocking_rules_to_generate_predictions: [rule] }));
    expect(problems).toEqual([
      "blocking rule lower(l.x) = lower(r.x) does not compare the elements of x as they are",
    ]);
  });

  it.each([
    ["nothing", undefined, "its top"],
    ["a list", [], "its top"],
    ["another file", { name: "dars", version: "1.0.0" }, "link_type"],
    [
      "a truncated file",
      { link_type: "dedupe_only", comparisons: [{ output_column_name: "c" }] },
      "comparisons.0.comparison_levels",
    ],
    ["another database's", model(one, { sql_dialect: "spark" }), "sql_dialect"],
    [
      "no probability",
      model(one, { probability_two_random_records_match: 2 }),
      "probability_two_random_records_match",
    ],
  ])("that is none (%s) is one problem", (_, json, at) => {
    const { linkage, problems } = importSplink(json);
    expect(linkage).toBeUndefined();
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`this is no Splink model for DuckDB: at ${at}, `);
  });
});
