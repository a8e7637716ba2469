import { DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { duckdb } from "./duckdb.ts";
import { fn } from "./functions.ts";
import { print } from "./print.ts";
import { spark } from "./spark.ts";
import { and, as, cast, ident, join, literal, literals, nullOf, or, type Sql, sql } from "./sql.ts";

const instance = await DuckDBInstance.create(":memory:");
const connection = await instance.connect();

beforeAll(async () => {
  await connection.run("CREATE TABLE t (a VARCHAR)");
});

afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

async function value(node: Sql): Promise<unknown> {
  const reader = await connection.runAndReadAll(print(sql`SELECT ${as(node, "v")}`, duckdb));
  return reader.getRowsJson()[0]?.[0];
}

/** What DuckDB can hold as text: any string of whole characters without NUL. */
const text = fc.string({ unit: "grapheme" }).filter((s) => !s.includes("\0") && !/\p{Surrogate}/u.test(s));

describe("print", () => {
  it("brings any text through DuckDB unchanged", async () => {
    await fc.assert(
      fc.asyncProperty(text, async (s) => {
        expect(await value(literal(s))).toBe(s);
      }),
      { numRuns: 200 },
    );
  });

  it("brings any identifier through DuckDB unchanged", async () => {
    const names = text.filter((s) => s.length > 0);
    await fc.assert(
      fc.asyncProperty(names, async (name) => {
        const reader = await connection.runAndReadAll(print(sql`SELECT 1 AS ${ident(name)}`, duckdb));
        expect(reader.columnNames()).toEqual([name]);
      }),
      { numRuns: 200 },
    );
  });

  it("lets no text end a statement", async () => {
    await value(literal(`'; DROP TABLE t; --`));
    await connection.run(print(sql`SELECT * FROM ${ident("t")} AS ${ident('x"; DROP TABLE t; --')}`, duckdb));
    expect((await connection.runAndReadAll("SELECT count(*) FROM t")).currentRowCount).toBe(1);
  });

  it("refuses what has no literal: NaN, infinity, NUL, an empty name", () => {
    expect(() => print(literal(Number.NaN), duckdb)).toThrow(/no literal/);
    expect(() => print(literal(Number.POSITIVE_INFINITY), spark)).toThrow(/no literal/);
    expect(() => print(literal("a\0b"), duckdb)).toThrow(/NUL/);
    expect(() => print(ident("a\0b"), spark)).toThrow(/NUL/);
    expect(() => print(ident(""), duckdb)).toThrow(/empty/);
  });

  it("doubles what escapes in Spark's literals and names", () => {
    expect(print(literal("a\\b'c"), spark)).toBe("'a\\\\b\\'c'");
    expect(print(ident("a`b"), spark)).toBe("`a``b`");
  });

  it("has a neutral element for no conditions", () => {
    expect(print(and([]), duckdb)).toBe("TRUE");
    expect(print(or([]), duckdb)).toBe("FALSE");
    expect(print(and([sql`a`]), duckdb)).toBe("a");
    expect(print(or([sql`a`, sql`b`]), duckdb)).toBe("(a OR b)");
    expect(print(literals(["a", 1, null, true]), duckdb)).toBe("('a', 1, NULL, TRUE)");
    expect(print(join([]), duckdb)).toBe("");
  });

  it("names types as each engine does", () => {
    expect(print(nullOf("varchar"), duckdb)).toBe("CAST(NULL AS VARCHAR)");
    expect(print(nullOf("varchar"), spark)).toBe("CAST(NULL AS STRING)");
    expect(print(cast(literal(1), "decimal(18,12)"), spark)).toBe("CAST(1 AS DECIMAL(18,12))");
  });
});

const date = (s: string) => sql`CAST(${literal(s)} AS DATE)`;

describe("the function catalogue, against vectors that both engines were run on", () => {
  it.each<[string, Sql, unknown]>([
    ["full years, the day before a birthday", fn.yearsBetween(date("1970-12-31"), date("1971-01-01")), 0],
    ["29 February counts from 1 March", fn.yearsBetween(date("2004-02-29"), date("2005-02-28")), 0],
    ["29 February, on 1 March", fn.yearsBetween(date("2004-02-29"), date("2005-03-01")), 1],
    ["days forward", fn.daysBetween(date("2024-02-28"), date("2024-03-01")), 2],
    ["days back", fn.daysBetween(date("2024-03-01"), date("2024-02-28")), -2],
    ["a day added over a leap day", fn.addDays(date("2024-02-28"), literal(2)), "2024-03-01"],
    ["a date that is written so", fn.parseDate(literal("02/01/1930"), literal("%d/%m/%Y")), "1930-01-02"],
    ["a day that no month has", fn.parseDate(literal("31/02/1970"), literal("%d/%m/%Y")), null],
    ["one digit too few", fn.parseDate(literal("2/1/1930"), literal("%d/%m/%Y")), null],
    ["two digits of a year", fn.parseDate(literal("02/01/30"), literal("%d/%m/%Y")), null],
    ["a default date is a date", fn.parseDate(literal("1801-01-01"), literal("%Y-%m-%d")), "1801-01-01"],
    [
      "SHA-256",
      fn.sha256Hex(literal("abc")),
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    ],
    ["a bucket", fn.bucket(literal("a")), "912392414677810140"],
    ["an edit distance", fn.levenshtein(literal("kitten"), literal("sitting")), "3"],
    ["a list as text", fn.listText(sql`['b', ' a ', '', NULL, 'b']`), "a\u001Fb"],
    ["a list of nothing as text", fn.listText(sql`['', NULL]`), null],
    ["values of both lists", fn.sharedParts(literal("a\u001Fb\u001Fc"), literal("b\u001Fc\u001Fd")), "2"],
    ["values of a list and none", fn.sharedParts(literal("a"), sql`CAST(NULL AS VARCHAR)`), null],
    ["values of none and a list", fn.sharedParts(sql`CAST(NULL AS VARCHAR)`, literal("a")), null],
    ["base64 as hexadecimal text", fn.base64Hex(literal("//8B")), "FFFF01"],
    ["bits of hexadecimal text", fn.bitsSet(literal("FF0100000080")), "10"],
    ["bits of both", fn.sharedBits(literal("FF0100000080"), literal("0F0100000080")), "6"],
    ["an upper half", fn.shiftLeft32(literal(3)), "12884901888"],
  ])("%s", async (_, node, expected) => {
    expect(await value(node)).toEqual(expected);
  });

  it("numbers rows in the order in which the query below gives them, however many there are", async () => {
    const shuffled = sql`SELECT hash(i) AS k FROM range(300000) AS t(i)`;
    const numbered = sql`SELECT ${fn.rowNumber(sql`k`)} AS n, k FROM (${shuffled} ORDER BY k) AS o`;
    const place = sql`SELECT n, row_number() OVER (ORDER BY k) AS place FROM (${numbered}) AS x`;
    const wrong = sql`SELECT count(*) AS wrong, max(n) FROM (${place}) AS y WHERE n <> place OR n > 300000`;
    expect((await connection.runAndReadAll(print(wrong, duckdb))).getRowsJson()).toEqual([["0", null]]);
  });

  it("keeps NULL values at the smallest key", async () => {
    const rows = sql`(SELECT 1 AS k, CAST(NULL AS VARCHAR) AS v UNION ALL SELECT 2, 'b')`;
    const reader = await connection.runAndReadAll(
      print(sql`SELECT ${fn.argMin(sql`v`, sql`k`)}, ${fn.argMax(sql`v`, sql`k`)} FROM ${rows}`, duckdb),
    );
    expect(reader.getRowsJson()).toEqual([[null, "b"]]);
  });

  it("refuses a date pattern outside the catalogue", () => {
    expect(() => print(fn.parseDate(sql`x`, literal("%y%m%d")), duckdb)).toThrow(/not in the catalogue/);
  });

  it("names only functions that the engine has", async () => {
    const known = new Set(
      (await connection.runAndReadAll("SELECT DISTINCT function_name FROM duckdb_functions()"))
        .getRowsJson()
        .map(([name]) => name),
    );
    const printed = Object.entries(duckdb.calls).map(([name, call]) => {
      const pattern: Sql = literal(name === "formatDate" ? "%Y" : "%Y-%m-%d");
      const nodes: Sql[] =
        name === "tryCast" ? [sql`x`, { kind: "type", type: "date" }] : [sql`x`, pattern, sql`z`];
      return call(["x", "y", "z"], nodes);
    });
    const words = printed.flatMap((text) => [...text.matchAll(/\b([a-z_0-9]+)\(/g)].map(([, word]) => word));
    expect(words.filter((word) => !known.has(word ?? ""))).toEqual(["coalesce"].filter((w) => !known.has(w)));
  });
});
