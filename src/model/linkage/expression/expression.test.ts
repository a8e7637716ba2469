import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  columnsOfExpression,
  type Expression,
  expressionText,
  isList,
  parseExpression,
} from "./expression.ts";
import { dateFormats, functionNames } from "./expression-calls.ts";
import { type ExpressionFunction, functionArguments } from "./expression-functions.ts";
import { groupsOf, patternProblem } from "./expression-pattern.ts";

const anyText = fc
  .oneof(fc.constantFrom("", " ", "'", "''", '"', "a''b", "||", "(", "é🙂"), fc.string())
  .filter((s) => !s.includes("\0"));
const column = fc.oneof(
  fc.constantFrom("surname", "date", "_x1", "Last Name", 'a"b', "1st", "é", "lower(x)", "'"),
  anyText.filter((s) => s !== ""),
);

const text = (value: string): Expression => ({ kind: "text", value });
const number = (value: number): Expression => ({ kind: "number", value });
const filled = anyText.filter((value) => value !== "").map(text);
const counts = fc.integer({ min: 1, max: 999_999_999 }).map(number);
const patterns = fc.constantFrom("^[A-Z]+", "(a)|'", "\\d{2}").map(text);

/** What a function takes in a place, beside any value. */
const literals: Readonly<Partial<Record<ExpressionFunction, readonly fc.Arbitrary<Expression>[]>>> = {
  substr: [counts, counts],
  last: [counts],
  replace: [filled, anyText.map(text)],
  nullif: Array.from({ length: 49 }, () => anyText.map(text)),
  regexp_extract: [patterns, fc.constant(number(0))],
  date: [fc.constantFrom(...dateFormats).map(text)],
  split: [filled],
};

/** Calls of a function with as many values as it may take. */
function callsOf(fn: ExpressionFunction, any: fc.Arbitrary<Expression>): fc.Arbitrary<Expression> {
  const { least, most } = functionArguments[fn];
  return fc
    .integer({ min: least, max: Math.min(most, least + 3) })
    .chain((n) => fc.tuple(...Array.from({ length: n }, (_, i) => literals[fn]?.[i - 1] ?? any)))
    .map((args): Expression => ({ kind: "call", fn, args }));
}

const { value } = fc.letrec<{ value: Expression; leaf: Expression; call: Expression; join: Expression }>(
  (tie) => ({
    value: fc.oneof({ maxDepth: 4, withCrossShrink: true }, tie("leaf"), tie("call"), tie("join")),
    leaf: fc.oneof(
      column.map((name): Expression => ({ kind: "column", name })),
      anyText.map((text): Expression => ({ kind: "text", value: text })),
      fc.nat(999_999_999).map((n): Expression => ({ kind: "number", value: n })),
    ),
    call: fc.oneof(...functionNames.filter((fn) => fn !== "split").map((fn) => callsOf(fn, tie("value")))),
    join: fc
      .array(tie("value"), { minLength: 2, maxLength: 4 })
      .filter((parts) => parts.every((part) => part.kind !== "join"))
      .map((parts): Expression => ({ kind: "join", parts })),
  }),
);
const expressions = fc
  .oneof({ weight: 9, arbitrary: value }, { weight: 1, arbitrary: callsOf("split", value) })
  .filter((e) => columnsOfExpression(e).length > 0);

const problemOf = (text: string) => parseExpression(text).problem;
const textOf = (text: string) => {
  const { expression, problem } = parseExpression(text);
  return expression === undefined ? problem : expressionText(expression);
};

describe("parseExpression and expressionText", () => {
  it("give back every expression", () => {
    fc.assert(
      fc.property(expressions, (e) => {
        expect(parseExpression(expressionText(e))).toEqual({ expression: e });
      }),
      { numRuns: 2000 },
    );
  });

  it("give one text whatever the blanks and the case of functions", () => {
    const tokens = /"(?:[^"]|"")*"|'(?:[^']|'')*'|\|\||[(),]|[A-Za-z_]\w*|\d+/g;
    const blanks = fc.constantFrom("", " ", "\n  ");
    fc.assert(
      fc.property(expressions, fc.infiniteStream(blanks), fc.boolean(), (e, gaps, shouts) => {
        const text = expressionText(e);
        const words = text.match(tokens) ?? [];
        const loose = words.map((word, i) => {
          const isFunction = shouts && words[i + 1] === "(";
          return `${gaps.next().value}${isFunction ? word.toUpperCase() : word}`;
        });
        expect(textOf(`${loose.join("")} `)).toBe(text);
      }),
    );
  });

  it("never throws, and says either what it is or what is wrong", () => {
    const scraps = fc.constantFrom(
      ..."surname lower substr split ( ) , || | ' '' \" \"\" 'a' 1 0 é \0 1.5".split(" "),
    );
    const anything = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(scraps).map((parts) => parts.join("")),
      fc.array(scraps).map((parts) => parts.join(" ")),
    );
    fc.assert(
      fc.property(anything, (text) => {
        const { expression, problem } = parseExpression(text);
        expect(expression === undefined).toBe(problem !== undefined);
        if (expression !== undefined)
          expect(parseExpression(expressionText(expression))).toEqual({ expression });
      }),
      { numRuns: 3000 },
    );
    expect(problemOf("lower(".repeat(100_000))).toMatch(/16 deep/);
  });

  it.each([
    ["surname", "surname"],
    [' lower( trim("Last Name") ) ', 'lower(trim("Last Name"))'],
    ['"surname"', "surname"],
    ["SubStr(first_name,1,3)", "substr(first_name, 1, 3)"],
    ["first_name||' '||surname", "first_name || ' ' || surname"],
    ["nullif(postcode, 'ZZ99 3VZ', 'O''Hare')", "nullif(postcode, 'ZZ99 3VZ', 'O''Hare')"],
    ["lower(a || b) || c", "lower(a || b) || c"],
    ["date || year(date)", "date || year(date)"],
    ["Outcode(postcode)", "district(postcode)"],
  ])("%s is %s", (text, expected) => {
    expect(textOf(text)).toBe(expected);
  });
});

describe("what is wrong", () => {
  it.each([
    ["", "it is empty: name a column"],
    ["'surname'", "it names no column: a column's name stands bare or in double quotes"],
    ["lower(surname", "the bracket at character 6 is never closed"],
    ["lower(", "it ends where a column, a text or a function must follow"],
    ["lower('a, b)", "the quote at character 7 is never closed"],
    ['lower("a', "the quote at character 7 is never closed"],
    ["lower(a))", '")" at character 9 is not expected there'],
    [
      "lower(a b)",
      `"b" at character 9 follows "a" with nothing between; a column's name with blanks stands in double quotes`,
    ],
    ["(a || b)", "the bracket at character 1 follows no function's name"],
    ["a || ", "it ends where a column, a text or a function must follow"],
    ["a | b", '"|" at character 3 stands alone; two join texts: x || y'],
    ['""', "the name at character 1 is empty"],
    ["lower('\0' || a)", "the quotes at character 7 hold a NUL, which is no text"],
    [
      "🙂",
      `"🙂" at character 1 is not taken here; a column's name with other signs than A to Z, 0 to 9 and _, or with a digit first, stands in double quotes`,
    ],
    [
      "'🙂' || é",
      `"é" at character 8 is not taken here; a column's name with other signs than A to Z, 0 to 9 and _, or with a digit first, stands in double quotes`,
    ],
    [
      "last(a, 1.5)",
      `"1.5" at character 9 is no whole number; a column's name with other signs than A to Z, 0 to 9 and _, or with a digit first, stands in double quotes`,
    ],
    [
      "a || 007",
      "007 at character 6 is no plain number of up to nine digits; a text stands in single quotes",
    ],
    ["sbstr(a, 1)", 'there is no function "sbstr" (did you mean "substr"?), at character 1'],
    ["a || Left(a, 1)", 'there is no function "Left": write substr(column, 1, length), at character 6'],
    [
      "levenshtein(a)",
      `there is no function "levenshtein"; there are ${functionNames.join(", ")}, at character 1`,
    ],
    ["toString(a)", `there is no function "toString"; there are ${functionNames.join(", ")}, at character 1`],
    ["lower()", "lower takes 1 value, not 0: lower(column), at character 1"],
    [
      "substr(a)",
      "substr takes 2 or 3 values, not 1: substr(column, first, length), counted from 1, at character 1",
    ],
    ["coalesce(a)", "coalesce takes 2 to 50 values, not 1: coalesce(column, other, …), at character 1"],
    ["substr(a, b)", "the 2nd value of substr must be a whole number, at character 1"],
    ["substr(a, 0)", "the 2nd value of substr must be a whole number from 1, at character 1"],
    ["replace(a, '', 'b')", "the 2nd value of replace must not be empty, at character 1"],
    ["nullif(a, 'b', c)", "the 3rd value of nullif must be a text in single quotes, at character 1"],
    ["replace(a, 'a', b)", "the 3rd value of replace must be a text in single quotes, at character 1"],
    [
      "date(a, '%y')",
      "the 2nd value of date must be one of '%Y-%m-%d', '%Y%m%d', '%d/%m/%Y', '%d%m%Y', '%m%Y', '%Y-%m', at character 1",
    ],
    [
      "regexp_extract(a, b)",
      "the 2nd value of regexp_extract must be a text in single quotes, at character 1",
    ],
    [
      "regexp_extract(a, '(')",
      "the 2nd value of regexp_extract is no regular expression: unterminated group, at character 1",
    ],
    [
      "regexp_extract(a, 'é(?=b)')",
      `the 2nd value of regexp_extract cannot be used from "(?=" on, at its character 2: it takes groups, classes, repeats, \\d, \\w, \\s, \\b and signs behind \\, but looks neither around nor back, at character 1`,
    ],
    ["regexp_extract(a, 'b', '1')", "the 3rd value of regexp_extract must be a whole number, at character 1"],
    [
      "regexp_extract(a, '(?:b)(c)', 2)",
      "regexp_extract is asked for group 2 of a pattern of which 1 can be asked for, at character 1",
    ],
    ["lower(split(a, ','))", "no function takes a list, at character 1"],
    ["a || split(a, ',')", "a list cannot be joined with ||, at character 1"],
    [Array(101).fill("a").join("||"), "|| joins at most 100 texts, at character 1"],
  ])("%j", (text, problem) => {
    expect(parseExpression(text)).toEqual({ problem });
  });
});

describe("the parts of an expression", () => {
  const parsed = (text: string) => parseExpression(text).expression ?? { kind: "number", value: 0 };

  it("are base columns, each once, in order of first use", () => {
    expect(columnsOfExpression(parsed(`coalesce(b, "A B" || b, lower(a)) || 'c'`))).toEqual([
      "b",
      "A B",
      "a",
    ]);
  });

  it("make a list by split alone", () => {
    expect(functionNames.filter((fn) => isList({ kind: "call", fn, args: [] }))).toEqual(["split"]);
    expect(isList(parsed("a || b"))).toBe(false);
  });
});

describe("patternProblem", () => {
  it.each([
    "^[A-Z]+",
    "(?i)a|b",
    "(?:a){2,}?",
    "[\\]a]",
    "[^a-c\\d]",
    "\\Aa\\z",
    "\\p{Lu}\\.",
    "a]",
    "é🙂?",
    "\\(",
  ])("takes %s", (pattern) => {
    expect(patternProblem(pattern)).toBeUndefined();
  });

  it.each([
    ["(?<=a)", '(?<" on, at its character 1'],
    ["(?<n>a)", '(?<" on, at its character 1'],
    ["(a)\\1", '\\1" on, at its character 4'],
    ["é{1000}", '{10" on, at its character 2'],
    ["a{,2}", '{,2" on, at its character 2'],
    ["[[:alpha:]]", '[[:" on, at its character 1'],
    ["[a&&b]", '[a&" on, at its character 1'],
    ["[a-\\d]", '[a-" on, at its character 1'],
    ["\\u0041", '\\u0" on, at its character 1'],
    ["a\\", '\\" on, at its character 2'],
    ["[]a]", '[]a" on, at its character 1'],
    ["[^]", '[^]" on, at its character 1'],
    ["a++", "nothing to repeat"],
    ["[b-a]", "range out of order in character class"],
    ["a)", "unmatched ')'"],
  ])("refuses %s", (pattern, problem) => {
    expect(patternProblem(pattern)).toContain(problem);
  });

  it("counts the groups that can be asked for", () => {
    expect(groupsOf("(a(?:b)(c))[(]\\(")).toBe(2);
  });
});
