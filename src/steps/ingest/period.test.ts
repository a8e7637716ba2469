import { describe, expect, it } from "vitest";
import type { Shape } from "../../catalogue/dataset.ts";
import type { FinancialYear } from "../../model/period.ts";
import { decidePeriod, parseStatedPeriod, periodInName } from "./period.ts";

const y2023 = 2023 as FinancialYear;
const whole = { from: "2023-04", to: "2024-03" };
const none = { supply: "cumulative", named: undefined, rows: [], stated: undefined } as const;
const named = (fileName: RegExp, name: string) => periodInName(name, { fileName } as Shape);

describe("the period in a name", () => {
  it("is a financial year by its code", () => {
    expect(named(/_(?<code>\d{4})/, "x_2324.csv")).toEqual({ year: 2023 });
  });
  it("is a year to a month by its part", () => {
    expect(named(/_(?<year>\d{4})(?<part>\d\d)/, "x_202312.csv")).toEqual({ year: 2023, part: 12 });
  });
  it("is one calendar month", () => {
    expect(named(/_(?<month>\d{6})/, "x_202401.csv")).toEqual({ year: 2023, month: "2024-01" });
  });
  it("is nothing where the name is not the shape's", () => {
    expect(named(/^a_(?<code>\d{4})$/, "b_2324")).toBeUndefined();
  });
});

describe("the period of a file", () => {
  it("is unknown where nothing speaks", () => {
    expect(decidePeriod(none)).toBeUndefined();
  });
  it("is the final whole year where only its rows speak", () => {
    expect(decidePeriod({ ...none, rows: [y2023] })).toEqual({ ...whole, status: "final" });
  });
  it.each([
    [1, "2023-04", "provisional"],
    [12, "2024-03", "provisional"],
    [13, "2024-03", "provisional"],
    [99, "2024-03", "final"],
  ])("of a cumulative part %i reaches to %s and is %s", (part, to, status) => {
    expect(decidePeriod({ ...none, named: { year: y2023, part } })).toEqual({ from: "2023-04", to, status });
  });
  it("of a month that adds to others is that month alone", () => {
    const month = { ...none, supply: "increment", stated: parseStatedPeriod("2024-01") } as const;
    expect(decidePeriod(month)).toEqual({ from: "2024-01", to: "2024-01", status: "final" });
  });
  it("is contradicted by another year, another month, or rows of two years", () => {
    expect(decidePeriod({ ...none, rows: [y2023], stated: parseStatedPeriod("2022/23") })).toEqual([
      "--period says 2022/23",
      "the rows say 2023/24",
    ]);
    const part = { ...none, named: { year: y2023, part: 3 } };
    expect(decidePeriod({ ...part, stated: parseStatedPeriod("2023-07") })).toHaveLength(2);
    expect(decidePeriod({ ...none, rows: [y2023, 2022 as FinancialYear] })).toHaveLength(1);
  });
  it("is stated as a year or a month and nothing else", () => {
    expect(["2023/25", "2023", "2024-13"].map(parseStatedPeriod)).toEqual([undefined, undefined, undefined]);
  });
});
