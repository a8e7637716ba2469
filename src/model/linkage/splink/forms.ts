import type { ExpressionFunction } from "../expression/expression-functions.ts";
import { parseCondition, type SqlNode } from "./condition.ts";

/** A function of our column expressions as DuckDB's SQL: a pattern over its arguments a1, a2 and a3. */
export interface Form {
  readonly fn: ExpressionFunction;
  readonly sql: string;
  /** It can make a blank of what is none; a blank is missing here. */
  readonly mayBeBlank?: boolean;
}

const iso = "'%Y-%m-%d'";
const isoDate = `try_strptime(cast(a1 as varchar), ${iso})`;

/** What Splink extracts for a part of a postcode. */
const postcodePart = (fn: ExpressionFunction, pattern: string): Form => ({
  fn,
  sql: `regexp_extract(a1, '${pattern}', 0)`,
  mayBeBlank: true,
});

const kept = (fn: ExpressionFunction, others: string): Form => ({
  fn,
  sql: `regexp_replace(a1, '${others}', '', 'g')`,
  mayBeBlank: true,
});

/**
 * Every form that is known. Of one function with as many arguments the first is written; all are read, in this order.
 *
 * The parts of a postcode say what Splink's patterns are meant to say, not letter by letter the same: ours look past
 * case and blanks, and a district or sector is that of a whole postcode.
 */
export const forms: readonly Form[] = [
  { fn: "lower", sql: "lower(a1)" },
  { fn: "upper", sql: "upper(a1)" },
  { fn: "trim", sql: "trim(a1)", mayBeBlank: true },
  kept("letters", "[^A-Za-z]"),
  kept("digits", "[^0-9]"),
  kept("alphanumeric", "[^A-Za-z0-9]"),
  { fn: "substr", sql: "substr(a1, a2)", mayBeBlank: true },
  { fn: "substr", sql: "substr(a1, a2, a3)", mayBeBlank: true },
  { fn: "last", sql: "right(a1, a2)" },
  { fn: "replace", sql: "replace(a1, a2, a3)", mayBeBlank: true },
  postcodePart("sector", "^[A-Za-z]{1,2}[0-9][A-Za-z0-9]? [0-9]"),
  postcodePart("district", "^[A-Za-z]{1,2}[0-9][A-Za-z0-9]?"),
  postcodePart("area", "^[A-Za-z]{1,2}"),
  { fn: "email_user", sql: "regexp_extract(a1, '^([^@]+)@', 1)", mayBeBlank: true },
  { fn: "email_domain", sql: "regexp_extract(a1, '@([^@]+)$', 1)", mayBeBlank: true },
  { fn: "regexp_extract", sql: "regexp_extract(a1, a2, 0)", mayBeBlank: true },
  { fn: "regexp_extract", sql: "regexp_extract(a1, a2, a3)", mayBeBlank: true },
  { fn: "year", sql: `strftime(${isoDate}, '%Y')` },
  { fn: "month", sql: `strftime(${isoDate}, '%m')` },
  { fn: "day", sql: `strftime(${isoDate}, '%d')` },
  { fn: "date", sql: `strftime(try_strptime(cast(a1 as varchar), a2), ${iso})` },
  { fn: "date", sql: "try_strptime(a1, a2)" },
  { fn: "date", sql: "cast(try_strptime(a1, a2) as date)" },
  { fn: "number", sql: "cast(try_cast(a1 as double) as varchar)" },
  { fn: "split", sql: "string_split(a1, a2)" },
];

const aliases: Readonly<Record<string, string>> = {
  substring: "substr",
  lcase: "lower",
  ucase: "upper",
  strptime: "try_strptime",
  str_split: "string_split",
};

const textTypes = new Set(["text", "varchar", "string", "char"]);

/** A form's pattern, as it is found in expressions that `normal` has been over. */
export const patterns: readonly { readonly form: Form; readonly pattern: SqlNode }[] = forms.map((form) => ({
  form,
  pattern: normal(parseCondition(form.sql)),
}));

/**
 * An expression without what says nothing here: other names of functions, a blank made missing, the whole match of a
 * pattern as its group, and text cast to text. A number's text stays, as that is another text.
 */
export function normal(node: SqlNode): SqlNode {
  switch (node.kind) {
    case "call": {
      const name = aliases[node.name] ?? node.name;
      const args = node.args.map(normal);
      const [first, second] = args;
      const isBlank = second?.kind === "text" && second.value === "" && args.length === 2;
      if (name === "nullif" && first !== undefined && isBlank) return first;
      if (name === "regexp_extract" && args.length === 2) args.push({ kind: "number", value: 0 });
      if (name === "left" && args.length === 2) args.splice(1, 0, { kind: "number", value: 1 });
      return { kind: "call", name: name === "left" ? "substr" : name, args };
    }
    case "cast": {
      const of = normal(node.of);
      const isNumber = of.kind === "cast" && of.type === "double";
      return textTypes.has(node.type) && !isNumber
        ? of
        : { ...node, of, type: textTypes.has(node.type) ? "varchar" : node.type };
    }
    case "infix":
      return { ...node, left: normal(node.left), right: normal(node.right) };
    default:
      return node;
  }
}
