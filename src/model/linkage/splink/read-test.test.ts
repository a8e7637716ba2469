import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { NoCounterpart } from "./no-counterpart.ts";
import { readTest } from "./read-test.ts";

const fixtures = join(import.meta.dirname, "../../../../fixtures/splink");
const read = (name: string) => JSON.parse(readFileSync(join(fixtures, `${name}.json`), "utf8"));

const placeTest = (at_most: number) => ({ kilometres: ["lat", "long"], at_most });
const levels: Readonly<Record<string, object>> = {
  exact: { exact: "x" },
  "exact, the other way round": { exact: "x" },
  "exact, bare names": { exact: "x" },
  "exact, an odd name": { exact: '"date of ""birth"""' },
  "exact, two columns": { exact: ["x", "y"] },
  reversed: { reversed: ["x", "y"] },
  "reversed, in brackets": { reversed: ["x", "y"] },
  levenshtein: { levenshtein: "x", at_most: 2 },
  "levenshtein, below": { levenshtein: "x", at_most: 2 },
  "levenshtein, turned round": { levenshtein: "x", at_most: 2 },
  "damerau levenshtein": { damerau_levenshtein: "x", at_most: 1 },
  jaro: { jaro: "x", at_least: 0.9 },
  "jaro winkler": { jaro_winkler: "x", at_least: 0.92 },
  jaccard: { jaccard: "x", at_least: 0.7 },
  days: { days: "x", at_most: 10 },
  months: { months: "x", at_most: 2 },
  years: { years: "x", at_most: 1 },
  "days, of casts": { days: "x", at_most: 1 },
  "days, counted": { days: "x", at_most: 3 },
  difference: { difference: "x", at_most: 2.5 },
  "difference, of casts": { difference: "x", at_most: 2 },
  share: { share: "x", below: 0.1 },
  kilometres: placeTest(10.5),
  "kilometres, not missing": {
    all: [{ all: [{ not: { missing: "lat" } }, { not: { missing: "long" } }] }, placeTest(5)],
  },
  intersect: { intersect: "x", at_least: 2 },
  "intersect, above": { intersect: "x", at_least: 1 },
  missing: { missing: "x" },
  "missing, of two columns": { missing: ["x", "y"] },
  "and, or, not": { all: [{ exact: "x" }, { any: [{ exact: "y" }, { not: { exact: "z" } }] }] },
  substr: { exact: "substr(lower(x), 1, 3)" },
  concatenated: { exact: "x || ' ' || y" },
  "text of a value": { exact: "x" },
  sector: { exact: "sector(x)" },
  district: { exact: "district(x)" },
  area: { exact: "area(x)" },
  "area, of version 4": { exact: "area(x)" },
  "a date of another form": { days: "date(x, '%d/%m/%Y')", at_most: 7 },
  "the same date": { exact: "date(x, '%d/%m/%Y')" },
  "a year": { exact: "year(x)" },
  "years apart": { difference: "year(x)", at_most: 1 },
  "a beginning": { exact: "substr(x, 1, 2)" },
  "an end": { exact: "last(x, 4)" },
  "digits only": { levenshtein: "digits(x)", at_most: 1 },
  "values for none": { exact: "nullif(x, 'n/a', 'unknown')" },
  "the first that is there": { exact: "coalesce(x, y)" },
  "elements of a text": { intersect: "split(x, ' ')", at_least: 1 },
  "another pattern": { jaro_winkler: "regexp_extract(x, '^[^@]+')", at_least: 0.88 },
};

describe("each kind of level", () => {
  const conditions: Readonly<Record<string, string>> = read("levels");

  it("has its test here", () => {
    expect(Object.keys(levels)).toEqual(Object.keys(conditions));
  });

  it.each(Object.entries(levels))("%s", (name, test) => {
    expect(readTest(conditions[name] ?? "")).toEqual(test);
  });
});

const reasons: Readonly<Record<string, string>> = {
  "one way round": "compares x of one record with y of the other one way round only",
  "a fixed value": "compares with a fixed value",
  "times of day": "compares times of day; a date has none",
  "an hour": "compares times of day; a date has none",
  "calendar months": "has no counterpart: it calls date_diff",
  cosine: "has no counterpart: it calls array_cosine_similarity",
  "best of two lists": "has no counterpart: it calls list_transform",
  subset: "has no counterpart: it calls array_length",
  "another function": "has no counterpart: it calls hamming",
  "an element": "looks into a list or a struct",
  "a field": "looks into a list or a struct",
  "above a similarity": "is bounded by >, where the test is >=",
  "beyond a distance": "is bounded by >=, where the test is <=",
  "no such share": "has the bound 1.2, which no such test can have",
  "another sphere": "has no counterpart: it calls acos",
  "one record alone": "asks whether x is missing in a way that no test does",
  "both records": "asks whether x is missing in a way that no test does",
  "two columns of a measure": "compares x with y",
  "one record twice": "compares x with y within one record",
  "both in one value": "mixes the two records' columns in one value",
  "no record": "does not say of which record x is",
  "another type": "casts a value to integer",
  arithmetic: "calculates with values",
  "an order": "compares two values by <",
  "a list": "has SQL that has no counterpart, at IN",
  "cut short": "ends where SQL goes on",
  "a strange sign": 'is not SQL that can be read from "~ "x_r"" on',
  "a sound": "has no counterpart: it calls soundex",
  "an hour of a date": "compares times of day; a date has none",
  "no comparison": "is not a comparison of two records",
};

describe("a condition without a counterpart", () => {
  const conditions: Readonly<Record<string, string>> = read("refused-levels");

  it("says why, of each", () => {
    expect(Object.keys(reasons)).toEqual(Object.keys(conditions));
  });

  it.each(Object.entries(reasons))("%s", (name, reason) => {
    expect(() => readTest(conditions[name] ?? "")).toThrow(new NoCounterpart(reason));
  });
});
