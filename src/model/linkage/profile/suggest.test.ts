import { describe, expect, it } from "vitest";
import { parseExpression } from "../expression/expression.ts";
import { chooseBlocking } from "./choose-blocking.ts";
import { linkageColumns } from "./columns.ts";
import { type ColumnProfile, roleOf, type Shape } from "./profile.ts";
import { propose } from "./propose.ts";

const none = Object.fromEntries(
  [
    "isoDate",
    "isoTime",
    "compactDate",
    "slashedDate",
    "americanDate",
    "dashedDate",
    "postcode",
    "email",
    "digits",
    "letters",
  ].map((shape) => [shape, 0]),
) as Record<Shape, number>;

function column(name: string, shape: Partial<Record<Shape, number>> = {}, more: Partial<ColumnProfile> = {}) {
  return { name, rows: 1000, present: 900, distinct: 400, length: 8, shapes: { ...none, ...shape }, ...more };
}

describe("roleOf", () => {
  it.each([
    ["given_name", "forename"],
    ["PERNAME2", "surname"],
    ["Family Name", "surname"],
    ["NHS_NUMBER", "identifier"],
    ["NEWNHSNO", "identifier"],
    ["dob_mon", "birth_month"],
    ["DOB", "birth_date"],
    ["postcode_fake", "postcode"],
    ["e-mail", "email"],
    ["true_person", "left_out"],
    ["cluster", "left_out"],
    ["row_id", "left_out"],
  ])("knows %s by its name as %s", (name, role) => {
    expect(roleOf(column(name))).toBe(role);
  });

  it("knows a column whose name says nothing by its values", () => {
    expect(roleOf(column("x", { isoDate: 0.9 }))).toBe("birth_date");
    expect(roleOf(column("x", { postcode: 0.9 }))).toBe("postcode");
    expect(roleOf(column("x", { digits: 1 }, { length: 10 }))).toBe("identifier");
    expect(roleOf(column("x", { letters: 1 }))).toBe("text");
    expect(roleOf(column("x", {}, { distinct: 9 }))).toBe("category");
  });

  it("leaves out what has no value or one alone", () => {
    expect(roleOf(column("surname", {}, { present: 0, distinct: 0 }))).toBe("left_out");
    expect(roleOf(column("surname", {}, { distinct: 1 }))).toBe("left_out");
  });
});

const full = [
  "first_name",
  "surname",
  "dob",
  "sex",
  "postcode",
  "address",
  "town",
  "email",
  "phone",
  "nhs_number",
];

describe("propose", () => {
  it("writes only expressions that can be read, for any of the columns it knows", () => {
    for (let bits = 1; bits < 2 ** full.length; bits++) {
      const profiles = full
        .filter((_, i) => (bits >> i) % 2 === 1)
        .map((name) =>
          column(name, name === "dob" ? { slashedDate: 1 } : name === "postcode" ? { postcode: 1 } : {}),
        );
      const columns = linkageColumns([profiles]);
      const { comparisons, candidates, training } = propose(columns);
      expect(comparisons.length).toBeGreaterThan(0);
      const texts = [...candidates.flat(), ...training.flat(), ...columns.flatMap(({ sources }) => sources)];
      for (const text of texts) expect(parseExpression(text ?? "missing").problem).toBeUndefined();
    }
  });

  it("makes one comparison of a surname and a place, as members of a household share both", () => {
    const { comparisons } = propose(linkageColumns([["surname", "postcode"].map((name) => column(name))]));
    expect(comparisons.map(({ comparison }) => comparison)).toEqual(["surname_and_place"]);
  });
});

describe("linkageColumns", () => {
  it("brings together what two sources call and write otherwise", () => {
    const left = [column("forename"), column("dob", { isoDate: 1 }), column("ward")];
    const right = [column("given name"), column("birth_date", { slashedDate: 1 }), column("bed")];
    const found = linkageColumns([left, right]);
    expect(found.map(({ name, sources }) => [name, ...sources])).toEqual([
      ["forename", "forename", '"given name"'],
      ["dob", "dob", "coalesce(date(birth_date, '%d/%m/%Y'), birth_date)"],
    ]);
  });

  it("makes a date of birth of its parts, and names of a full name", () => {
    const parts = [column("full_name"), column("by"), column("bm"), column("bd")];
    const names = linkageColumns([parts]).map(({ name, role }) => [name, role]);
    expect(names).toEqual([
      ["date_of_birth", "birth_date"],
      ["first_name", "forename"],
      ["surname", "surname"],
    ]);
  });
});

describe("chooseBlocking", () => {
  it("leaves out rules without pairs, rules of too many, and those that a chosen one covers", () => {
    const rules = [
      { rule: ["a", "b"], pairs: 10 },
      { rule: ["c"], pairs: 0 },
      { rule: ["d"], pairs: 700_000 },
      { rule: ["a"], pairs: 400 },
      { rule: ["e", "f"], pairs: 500_000 },
    ];
    expect(chooseBlocking(rules, 1000).map(({ rule }) => rule)).toEqual([["a"], ["e", "f"]]);
  });

  it("stops at the budget of all rules together", () => {
    const rules = Array.from({ length: 9 }, (_, i) => ({ rule: [`c${i}`], pairs: 590_000 }));
    expect(chooseBlocking(rules, 1000)).toHaveLength(5);
  });
});
