import { DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { duckdb } from "../sql/duckdb.ts";
import { print } from "../sql/print.ts";
import { cast, literal, type Sql, sql } from "../sql/sql.ts";
import {
  agreeInPart,
  cleanBirthDate,
  cleanNhsNumber,
  cleanPostcode,
  cleanSex,
  cleanText,
} from "./identity.ts";
import {
  agreeInPartSql,
  cleanBirthDateSql,
  cleanNhsNumberSql,
  cleanPostcodeSql,
  cleanSexSql,
  cleanTextSql,
  isAfterEndSql,
  tenDigitsSql,
} from "./identity-sql.ts";

const instance = await DuckDBInstance.create(":memory:");
const connection = await instance.connect();

afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

async function values(nodes: readonly Sql[]): Promise<unknown[]> {
  const rows = nodes.map((node, i) => sql`SELECT ${literal(i)} AS i, ${cast(node, "varchar")} AS v`);
  const text = rows.map((row) => print(row, duckdb)).join(" UNION ALL ");
  const reader = await connection.runAndReadAll(`SELECT v FROM (${text}) ORDER BY i`);
  return reader.getRowsJson().map((row) => row[0]);
}

/** Holds an SQL fragment to its plain function over a sample. */
async function expectSame<T>(sample: fc.Arbitrary<T>, inSql: (v: T) => Sql, plain: (v: T) => unknown) {
  const cases = fc.sample(sample, 400);
  expect(await values(cases.map(inSql))).toEqual(cases.map(plain));
}

const text = (value: string | null) => cast(literal(value), "varchar");
const date = (value: string | null) => cast(literal(value), "date");
const digits = (n: number) =>
  fc.array(fc.nat(9), { minLength: n, maxLength: n }).map((list) => list.join(""));

/** Nine digits with their check digit, where there is one. */
const checked = digits(9).map((nine) => {
  const sum = [...nine].reduce((total, digit, i) => total + Number(digit) * (10 - i), 0);
  return `${nine}${(11 - (sum % 11)) % 11}`;
});
const day = fc
  .tuple(
    fc.constantFrom(1800, 1894, 1895, 1950, 1951, 2003),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 28 }),
  )
  .map(([y, m, d]) => `${y}-${String(m).padStart(2, "0")}-${String(d).padStart(2, "0")}`);

describe("the cleaning of identifiers, in SQL as in the plain model", () => {
  it("of NHS numbers", async () => {
    const sample = fc.oneof(
      checked,
      digits(10),
      digits(9),
      checked.map((n) => ` ${n} `),
      fc.constant(null),
      fc.constant(""),
    );
    await expectSame(sample, (v) => cleanNhsNumberSql(text(v), tenDigitsSql(text(v))), cleanNhsNumber);
  });

  it("of postcodes", async () => {
    const part = (pattern: RegExp) => fc.stringMatching(pattern);
    const sample = fc.oneof(
      part(/^[A-Z]{1,2}[0-9]{1,2} {0,3}[0-9][A-Z]{2}$/),
      part(/^[a-zA-Z0-9 ]{0,9}$/),
      fc.constantFrom("ZZ99 3VZ", "LS1  4AP", "W1A  1HQ", null),
    );
    await expectSame(sample, (v) => cleanPostcodeSql(text(v)), cleanPostcode);
  });

  it("of birth dates beside the end of their record", async () => {
    const sample = fc.tuple(
      fc.option(day),
      fc.option(fc.oneof(day, fc.constantFrom("1801-01-01", "1600-01-01"))),
    );
    await expectSame(
      sample,
      ([birth, end]) => cleanBirthDateSql(date(birth), isAfterEndSql(date(birth), date(end))),
      ([birth, end]) => cleanBirthDate(birth, end),
    );
  });

  it("of sex and of free text", async () => {
    const sample = fc.constantFrom("0", "1", "2", "9", "", " A1", "  ", null);
    await expectSame(sample, (v) => cleanSexSql(text(v)), cleanSex);
    await expectSame(sample, (v) => cleanTextSql(text(v)), cleanText);
  });

  it("of the partial agreement of dates", async () => {
    await expectSame(
      fc.tuple(day, day),
      ([a, b]) => sql`coalesce(${agreeInPartSql(date(a), date(b))}, FALSE)`,
      ([a, b]) => String(agreeInPart(a, b)),
    );
  });
});

describe("an NHS number", () => {
  it("counts where its check digit holds", () => {
    expect(cleanNhsNumber("9434765919")).toBe("9434765919");
    expect(cleanNhsNumber("9434765918")).toBeNull();
  });

  it("does not count where Modulus 11 is blind: equal digits, palindromes, 0123456789", () => {
    for (const number of ["0000000000", "1111111111", "9999999999", "0123456789"]) {
      expect(cleanNhsNumber(number)).toBeNull();
    }
    const mirrored = fc.sample(digits(5), 2000).map((half) => half + [...half].reverse().join(""));
    expect(mirrored.map(cleanNhsNumber).filter((n) => n !== null)).toEqual([]);
  });
});

describe("a postcode", () => {
  it("has one form to compare, however it was spaced", () => {
    expect(["LS1  4AP", "LS1 4AP", "ls14ap"].map(cleanPostcode)).toEqual(["LS14AP", "LS14AP", "LS14AP"]);
  });

  it("keeps its zeros, so that AB10 1CD is not AB1 1CD", () => {
    expect(cleanPostcode("AB10 1CD")).not.toBe(cleanPostcode("AB1  1CD"));
  });
});

describe("partial agreement of birth dates", () => {
  it("takes two of three parts, or day and month swapped within a year", () => {
    expect(agreeInPart("1950-03-04", "1950-03-09")).toBe(true);
    expect(agreeInPart("1950-03-04", "1961-03-04")).toBe(true);
    expect(agreeInPart("1950-03-04", "1950-04-03")).toBe(true);
    expect(agreeInPart("1950-03-04", "1951-04-03")).toBe(false);
  });
});
