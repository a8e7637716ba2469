import { describe, expect, it } from "vitest";
import type { Comparison } from "./model.ts";
import { readyMade, writtenComparison } from "./ready-made.ts";
import { scorePair } from "./score/score-pair.ts";

/** The level of two records, the best counted 1, else 0; nothing where the comparison says nothing. */
function rank(comparison: Comparison, a: Readonly<Record<string, string>>, b: typeof a): number | undefined {
  const numbers = { m: 0.5, u: 0.5 };
  const levels = comparison.levels.map((level) => ({ ...level, ...numbers }));
  const model = { lambda: 0.5, comparisons: [{ ...comparison, levels, else: numbers }] };
  const level = scorePair(model, a, b).comparisons[0]?.level ?? -1;
  return level === -1 ? undefined : level === 0 ? 0 : levels.length + 1 - level;
}

const of = (comparison: Comparison, a: string, b: string) => rank(comparison, { x: a }, { x: b });

describe("ready-made comparisons", () => {
  it.each([
    ["Ann", "ANN", 1],
    ["martha", "marhta", 2],
    ["dwayne", "duane", 3],
    ["ann", "bob", 0],
    ["ann", "", undefined],
  ])("of a name: %s and %s", (a, b, level) => {
    expect(of(readyMade.name("x"), a, b)).toBe(level);
  });

  it.each([
    [["Ann", "Lee"], ["ann", "LEE"], 1],
    [["Ann", "Lee"], ["Lee", "Ann"], 2],
    [["Martha", "Johnson"], ["Marhta", "Jonson"], 3],
    [["Dwayne", "Johnson"], ["Duane", "Jonson"], 4],
    [["Ann", "Lee"], ["Zoe", "Lee"], 5],
    [["Ann", "Lee"], ["Ann", "Quinn"], 6],
    [["Ann", "Lee"], ["Ann", ""], 6],
    [["Ann", "Lee"], ["Zoe", "Quinn"], 0],
    [["", ""], ["Zoe", "Quinn"], undefined],
  ] as const)("of a forename and surname: %s and %s", ([f, s], [g, t], level) => {
    const comparison = readyMade.forename_surname("f", "s");
    expect(rank(comparison, { f, s }, { f: g, s: t })).toBe(level);
  });

  it.each([
    ["1970-12-31", "1970-12-31", 1],
    ["1970-12-31", "1970-12-13", 2],
    ["1970-12-31", "1971-01-20", 3],
    ["1970-12-31", "1971-11-29", 4],
    ["1970-12-31", "1978-01-04", 5],
    ["1970-12-31", "1999-01-01", 0],
    ["unknown", "unknwon", 2],
  ])("of a date of birth: %s and %s", (a, b, level) => {
    expect(of(readyMade.date_of_birth("x"), a, b)).toBe(level);
  });

  it.each([
    ["SW1A 1AA", "sw1a1aa", 1],
    ["SW1A 1AA", "SW1A 1BA", 2],
    ["SW1A 1AA", "SW1A 1ZZ", 2],
    ["SW1A 1AA", "SW1A 2ZZ", 3],
    ["SW1A 1AA", "SW5 9XY", 4],
    ["SW1A 1AA", "LS1 4BT", 0],
  ])("of a postcode: %s and %s", (a, b, level) => {
    expect(of(readyMade.postcode("x"), a, b)).toBe(level);
  });

  it.each([
    ["943 476 5919", "9434765919", 1],
    ["9434765919", "9434765991", 2],
    ["9434765919", "9434765", 0],
  ])("of an NHS number: %s and %s", (a, b, level) => {
    expect(of(readyMade.nhs_number("x"), a, b)).toBe(level);
  });

  it.each([
    ["A.Lee@example.org", "a.lee@EXAMPLE.org", 1],
    ["a.lee@example.org", "a.lee@other.net", 2],
    ["ann.leigh@example.org", "ann.lee@example.org", 3],
    ["ann.leigh@example.org", "ann.lee@qrs.zz", 4],
    ["a.lee@example.org", "q@zz.uk", 0],
  ])("of an e-mail address: %s and %s", (a, b, level) => {
    expect(of(readyMade.email("x"), a, b)).toBe(level);
  });

  it("are the same as written in one line, and named by their column where it is one", () => {
    expect(writtenComparison({ name: "first_name" })).toEqual(readyMade.name("first_name"));
    expect(writtenComparison({ forename_surname: ["f", "s"] })).toEqual(readyMade.forename_surname("f", "s"));
    expect(writtenComparison({ date_of_birth: "dob" })).toEqual(readyMade.date_of_birth("dob"));
    expect(writtenComparison({ postcode: "pc" })).toEqual(readyMade.postcode("pc"));
    expect(writtenComparison({ nhs_number: "n" })).toEqual(readyMade.nhs_number("n"));
    expect(writtenComparison({ email: "e" })).toEqual(readyMade.email("e"));
    expect(readyMade.name('"First name"').comparison).toBe("First name");
    expect(readyMade.name("substr(surname, 1, 9)").comparison).toBe("name");
    const plain: Comparison = { comparison: "sex", levels: [{ exact: "sex" }] };
    expect(writtenComparison(plain)).toBe(plain);
  });
});
