import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { formatSpan } from "../base/span.ts";
import { parseYaml } from "./yaml.ts";

const text = `# a comment
title: A cut
left_out:
steps:
  - id: one
    fields: [A, "B", 0123]
  - { id: two, 0777: x }
`;

describe("parseYaml", () => {
  const yaml = parseYaml(text, "a.yaml");
  const at = (...path: (string | number)[]) => formatSpan(yaml.spanOf(path));

  it("gives the place of a value", () => {
    expect(at("title")).toBe("a.yaml:2:8");
    expect(at("steps", 0, "fields", 1)).toBe("a.yaml:6:17");
    expect(at("steps", 1, "id")).toBe("a.yaml:7:11");
  });

  it("gives the place of the key where the value is left out", () => {
    expect(at("left_out")).toBe("a.yaml:3:1");
  });

  it("gives the nearest ancestor's place where nothing stands at the path", () => {
    expect(at("steps", 0, "fields", 9, "deeper")).toBe("a.yaml:6:13");
    expect(at("steps", 5)).toBe("a.yaml:5:3");
    expect(at("nothing")).toBe("a.yaml:2:1");
  });

  it("gives the place of a key, and its text as written", () => {
    expect(formatSpan(yaml.keySpanOf(["steps", 0, "fields"]))).toBe("a.yaml:6:5");
    expect(yaml.value).toMatchObject({ steps: [{ fields: ["A", "B", 123] }, { "0777": "x" }] });
    expect(yaml.sourceOf(["steps", 0, "fields", 2])).toBe("0123");
    expect(yaml.sourceOf(["steps", 0, "fields", 1])).toBeUndefined();
  });

  it("passes over a byte order mark without moving a column", () => {
    expect(parseYaml("\uFEFFa: 1\n", "a.yaml").spanOf(["a"])).toEqual({ file: "a.yaml", line: 1, column: 4 });
  });

  it("keeps dates, yes and 12:30 as text, as YAML 1.2 says", () => {
    const { value } = parseYaml("d: 2019-01-01\ny: yes\nt: 12:30\nn: ~\n", "a.yaml");
    expect(value).toEqual({ d: "2019-01-01", y: "yes", t: "12:30", n: null });
  });

  it("refuses deep nesting without building it, however deep", () => {
    for (const deep of ["a: ".concat("[".repeat(20_000)), `a:\n${"- ".repeat(5_000)}x`])
      expect(parseYaml(deep, "a.yaml").diagnostics.map((d) => d.code)).toEqual(["spec/not-plain"]);
  });

  it("never throws, and places everything inside the text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), yamlLike, nearMiss), (any) => {
        const read = parseYaml(any, "a.yaml");
        expect(read.value !== undefined || read.diagnostics.length > 0).toBe(true);
        for (const d of read.diagnostics) expectInside(d.at, any);
      }),
      { numRuns: 400 },
    );
  });

  it("reads back what YAML writes", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), plainValue), (object) => {
        const read = parseYaml(stringify(object, { aliasDuplicateObjects: false }), "a.yaml");
        if (read.diagnostics.length === 0)
          expect(read.value).toEqual(Object.fromEntries(Object.entries(object)));
        else expect(read.diagnostics[0]?.code).toBe("spec/not-plain");
      }),
      { numRuns: 200 },
    );
  });
});

const plainValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie("value"), { maxKeys: 4 }),
  ),
})).value;

const yamlLike = fc
  .array(
    fc.constantFrom(
      "a",
      ":",
      " ",
      "\n",
      "- ",
      "[",
      "]",
      "{",
      "}",
      '"',
      "'",
      "\t",
      "#",
      "|",
      "?",
      ",",
      "0",
      "&",
      "*",
      "!",
      "%",
      "\r",
    ),
  )
  .map((parts) => parts.join(""));

const nearMiss = fc
  .tuple(fc.nat(text.length), fc.nat(4), fc.constantFrom("", "\t", ":", '"', "[", "\n", "  "))
  .map(([start, length, put]) => text.slice(0, start) + put + text.slice(start + length));

function expectInside(at: { line?: number; column?: number }, whole: string) {
  const lines = whole.replace(/^\uFEFF/, "").split("\n");
  expect(at.line).toBeGreaterThanOrEqual(1);
  expect(at.line).toBeLessThanOrEqual(lines.length);
  expect(at.column).toBeGreaterThanOrEqual(1);
  expect(at.column).toBeLessThanOrEqual((lines[(at.line ?? 0) - 1]?.length ?? 0) + 1);
}
