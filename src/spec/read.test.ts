import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import * as z from "zod";
import { agreementSchema } from "./agreement.ts";
import { readSpec } from "./read.ts";
import { workspaceSchema } from "./workspace.ts";

function told(schema: z.ZodType, text: string): string[] {
  return readSpec(schema, text, "a").diagnostics.map(
    (d) => `${d.at.line}:${d.at.column} ${d.code} ${d.what}`,
  );
}

describe("readSpec", () => {
  it("gives the value of a good file, defaults filled in", () => {
    const schema = z.strictObject({ a: z.string(), b: z.int().default(2) });
    expect(readSpec(schema, 'a: "01"\n', "a")).toMatchObject({ value: { a: "01", b: 2 }, diagnostics: [] });
  });

  it("tells a misspelt key once, not also as missing", () => {
    expect(told(z.strictObject({ title: z.string() }), "titel: x\n")).toEqual([
      '1:1 spec/unknown-key unknown key "titel" (did you mean "title"?)',
    ]);
  });

  it("tells a union by the branch that the value fits best", () => {
    const table = z.strictObject({ table: z.string(), rows: z.int() });
    const query = z.strictObject({ query: z.string() });
    const schema = z.strictObject({ from: z.union([query, table, z.array(z.string())]) });
    expect(told(schema, "from:\n  table: t\n  row: 1\n")).toEqual([
      '3:3 spec/unknown-key unknown key "row" (did you mean "rows"?)',
    ]);
    expect(told(schema, "from: [1]\n")).toEqual(["1:8 spec/wrong-type expected text, found a number"]);
    expect(told(schema, "from: 1\n")).toEqual([
      "1:7 spec/wrong-type expected keys with values or a list, found a number",
    ]);
  });

  it("tells a union of unions by its best branch too", () => {
    const inner = z.union([z.strictObject({ at: z.int() }), z.strictObject({ on: z.string() })]);
    const schema = z.strictObject({ when: z.union([z.array(z.string()), inner]) });
    expect(told(schema, "when: {at: soon}\n")).toEqual([
      "1:12 spec/wrong-type expected a whole number, found text",
    ]);
  });

  it("offers the keys of every branch that is still possible", () => {
    const list = z.array(z.string());
    const schema = z.strictObject({
      where: z.union([
        z.strictObject({ field: z.string(), in: list }),
        z.strictObject({ field: z.string(), matches: list }),
        z.strictObject({ field: z.string(), from: z.string().optional() }),
      ]),
    });
    expect(told(schema, "where: {field: SEX, matchs: [A]}\n")).toEqual([
      '1:21 spec/unknown-key unknown key "matchs" (did you mean "matches"?)',
    ]);
    const [other] = readSpec(schema, "where: {field: SEX, equals: A}\n", "a").diagnostics;
    expect(other?.fix).toBe("use one of: field, in, matches, from");
  });

  it("tells a nested condition where it is wrong, however deep", () => {
    const condition: z.ZodType = z.lazy(() =>
      z.union([
        z.strictObject({ field: z.string(), in: z.array(z.string()).min(1) }),
        z.strictObject({ field: z.string(), from: z.string().optional() }),
        z.strictObject({ all: z.array(condition) }),
        z.strictObject({ not: condition }),
      ]),
    );
    const schema = z.strictObject({ where: condition });
    const text =
      "where:\n  all:\n    - {field: SEX, in: []}\n    - not: {field: SEX, in: [01]}\n    - {al: []}\n";
    expect(told(schema, text)).toEqual([
      "3:24 spec/wrong-value the list must not be empty",
      "4:30 spec/wrong-type expected text, found a number",
      '5:8 spec/unknown-key unknown key "al" (did you mean "all"?)',
    ]);
  });

  it("tells a discriminated union by the values of its telling key", () => {
    const schema = z.strictObject({
      rule: z.discriminatedUnion("is", [
        z.strictObject({ is: z.literal("exact") }),
        z.strictObject({ is: z.literal("near"), within: z.int() }),
      ]),
    });
    expect(told(schema, "rule: {is: nearr}\n")).toEqual([
      '1:12 spec/wrong-value "nearr" is not one of: exact, near (did you mean "near"?)',
    ]);
    expect(told(schema, "rule: {within: 1}\n")).toEqual(['1:7 spec/missing-key key "is" is missing']);
    expect(told(schema, "rule: {is: near, withn: 1}\n")).toEqual([
      '1:18 spec/unknown-key unknown key "withn" (did you mean "within"?)',
    ]);
  });

  it("tells a refused key of a record at the key", () => {
    const schema = z.strictObject({
      codes: z.record(z.string().regex(/^[A-Z]$/, "a code is one capital"), z.string()),
    });
    expect(told(schema, "codes:\n  A: x\n  bb: y\n")).toEqual(["3:3 spec/wrong-value a code is one capital"]);
  });

  it("shows a number as it was written, so that quotes restore it", () => {
    const [first] = readSpec(z.strictObject({ code: z.string() }), "code: 0123\n", "a").diagnostics;
    expect(first?.fix).toBe('put the value in quotes: "0123"');
  });

  it("shows no value of more than 40 characters", () => {
    const long = "x".repeat(41);
    const schema = z.strictObject({
      a: z.enum(["b", "c"]),
      d: z.int(),
      e: z.string().regex(/^y/),
      f: z.string(),
    });
    const { diagnostics } = readSpec(
      schema,
      `a: ${long}\nd: ${long}\ne: ${long}\nf: ${"1".repeat(41)}\n`,
      "a",
    );
    expect(diagnostics).toHaveLength(4);
    expect(JSON.stringify(diagnostics)).not.toMatch(/x{41}|1{41}/);
  });

  it("never throws, whatever stands in the file, and places everything inside it", () => {
    const keys = fc.constantFrom(
      ...Object.keys(agreementSchema.shape),
      ...Object.keys(workspaceSchema.shape),
      "x",
    );
    fc.assert(
      fc.property(fc.dictionary(keys, fc.oneof(fc.jsonValue({ maxDepth: 4 }), almostGrant)), (object) => {
        const text = stringify(object, { aliasDuplicateObjects: false });
        const lines = text.split("\n");
        for (const schema of [agreementSchema, workspaceSchema]) {
          const { value, diagnostics } = readSpec<unknown>(schema, text, "a");
          expect(value === undefined).toBe(diagnostics.length > 0);
          for (const { at } of diagnostics) {
            expect(lines[(at.line ?? 0) - 1]).toBeDefined();
            expect(at.column).toBeLessThanOrEqual((lines[(at.line ?? 0) - 1]?.length ?? 0) + 1);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});

const almostGrant = fc.array(
  fc.record(
    {
      dataset: fc.oneof(fc.string(), fc.integer()),
      years: fc.oneof(
        fc.constant(["2021/22"]),
        fc.constant({ from: "2022/23", to: "2021/22" }),
        fc.jsonValue(),
      ),
      fields: fc.jsonValue(),
      __proto__: fc.jsonValue(),
    },
    { requiredKeys: [] },
  ),
);
