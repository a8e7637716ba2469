import { InvariantError } from "../../../base/diagnostics.ts";
import { fn } from "../../../sql/functions.ts";
import { cast, join, literal, nullOf, type Sql, sql } from "../../../sql/sql.ts";
import type { Expression } from "./expression.ts";
import type { ExpressionFunction } from "./expression-functions.ts";

type Call = Extract<Expression, { kind: "call" }>;

/** The SQL of a base column: text without blanks around it, and NULL where it is blank. */
type ColumnSql = (name: string) => Sql;

/**
 * A column expression as SQL of type varchar, or a list of varchar where `isList` says so. Every value in it and out of
 * it is NULL or holds more than blanks. What it is given is named more than once in dates, `soundex` and `split`.
 *
 * Errors: InvariantError on a tree that `parseExpression` would not give.
 */
export function compileExpression(e: Expression, column: ColumnSql): Sql {
  switch (e.kind) {
    case "column":
      return column(e.name);
    case "text":
      return isBlank(e.value) ? nullOf("varchar") : literal(e.value);
    case "number":
      return literal(String(e.value));
    case "join":
      return compileJoin(e.parts, column);
    case "call": {
      const [x = nullOf("varchar"), ...others] = e.args.map((arg) => compileExpression(arg, column));
      return calls[e.fn](x, others, e);
    }
  }
}

/** Blanks written out join as they are; they make no value by themselves. */
function compileJoin(parts: readonly Expression[], column: ColumnSql): Sql {
  if (parts.every((part) => part.kind === "text" && isBlank(part.value))) return nullOf("varchar");
  const texts = parts.map((part) =>
    part.kind === "text" ? literal(part.value) : compileExpression(part, column),
  );
  return sql`(${join(texts, sql` || `)})`;
}

function isBlank(text: string): boolean {
  return /^ *$/.test(text);
}

/** A function of its values as SQL; the call itself tells what was written out. */
type Compile = (x: Sql, others: readonly Sql[], call: Call) => Sql;

const blankOut = (x: Sql, pattern: string): Sql => fn.regexReplace(x, literal(pattern), literal(""));

const filled = (x: Sql): Sql => sql`nullif(${x}, '')`;

/** NULL in place of nothing but blanks. */
const present = (x: Sql): Sql => filled(blankOut(x, "^ +\\z"));

const extract = (x: Sql, pattern: string, group: number): Sql =>
  sql`regexp_extract(${x}, ${literal(pattern)}, ${literal(group)})`;

/** A postcode's first half: one or two letters of the area, then the district. Source: Royal Mail. */
const outward = "[A-Z]{1,2}[0-9][A-Z0-9]?";

/** In capitals; a whole postcode with one blank between its halves, of which the second always has three signs. */
const postcode = (x: Sql): Sql =>
  fn.regexReplace(sql`upper(${x})`, literal(`^(${outward}) *([0-9][A-Z]{2})\\z`), literal("\\1 \\2"));

/** A date as 2024-05-31; NULL for a day that no month has. */
const isoDate = (x: Sql, format: string): Sql =>
  fn.formatDate(fn.parseDate(x, literal(format)), literal("%Y-%m-%d"));

const datePart =
  (from: number, length: number): Compile =>
  (x) =>
    fn.substring(isoDate(x, "%Y-%m-%d"), literal(from), literal(length));

const calls: Readonly<Record<ExpressionFunction, Compile>> = {
  lower: (x) => sql`lower(${x})`,
  upper: (x) => sql`upper(${x})`,
  trim: (x) => filled(sql`trim(${x})`),
  letters: (x) => filled(blankOut(x, "[^A-Za-z]+")),
  digits: (x) => filled(blankOut(x, "[^0-9]+")),
  alphanumeric: (x) => filled(blankOut(x, "[^A-Za-z0-9]+")),
  substr: (x, _, call) => {
    const places = call.args.slice(1).map((_, i) => literal(numberOf(call, i + 1)));
    const part = sql`substring(${join([x, ...places], sql`, `)})`;
    return numberOf(call, 1) === 1 && isTrimmed(call.args[0]) ? part : present(part);
  },
  last: (x, _, call) => {
    const part = sql`right(${x}, ${literal(numberOf(call, 1))})`;
    return isTrimmed(call.args[0]) ? part : present(part);
  },
  replace: (x, _, call) =>
    present(sql`replace(${x}, ${literal(textOf(call, 1))}, ${literal(textOf(call, 2))})`),
  nullif: (x, others) => others.reduce((rest, value) => sql`nullif(${rest}, ${value})`, x),
  coalesce: (x, others) => sql`coalesce(${join([x, ...others], sql`, `)})`,
  regexp_extract: (x, others, call) =>
    present(extract(x, textOf(call, 1), others.length === 2 ? numberOf(call, 2) : 0)),
  year: datePart(1, 4),
  month: datePart(6, 2),
  day: datePart(9, 2),
  date: (x, _, call) => isoDate(x, textOf(call, 1)),
  number: plainNumber,
  area: (x) => filled(extract(sql`upper(${x})`, "^([A-Z]{1,2})(?:[0-9]|\\z)", 1)),
  district: (x) => filled(extract(postcode(x), `^(${outward})(?: |\\z)`, 1)),
  sector: (x) => filled(extract(postcode(x), `^${outward} [0-9]`, 0)),
  email_user: (x) => present(extract(x, "^([^@]+)@", 1)),
  email_domain: (x) => present(extract(x, "@([^@]+)\\z", 1)),
  soundex,
  split: (x, _, call) => {
    const separator = literal(textOf(call, 1));
    return sql`CASE WHEN trim(replace(${x}, ${separator}, '')) <> '' THEN ${fn.splitText(x, separator)} END`;
  },
};

/** A number without a plus, an exponent, or zeros that say nothing. */
function plainNumber(x: Sql): Sql {
  const guarded = extract(x, "^[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?\\z", 0);
  const exact = fn.tryCast(guarded, { kind: "type", type: "decimal(38,12)" });
  return blankOut(cast(exact, "varchar"), "\\.?0+\\z");
}

/**
 * The first letter and three digits for the letters that follow; NULL without a letter A to Z. Letters of one digit side
 * by side count once, those apart by H or W too (9 here), those apart by a vowel (0 here) twice.
 *
 * Source: US National Archives, The Soundex Indexing System.
 */
function soundex(x: Sql): Sql {
  const letters = sql`upper(${blankOut(x, "[^A-Za-z]+")})`;
  const coded = sql`translate(${letters}, 'BFPVCGJKQSXZDTLMNRAEIOUYHW', '11112222222233455600000099')`;
  const firstKept = fn.regexReplace(coded, literal("^9"), literal("0"));
  const once = ["1", "2", "3", "4", "5", "6"].reduce(
    (rest, digit) => fn.regexReplace(rest, literal(`${digit}+`), literal(digit)),
    sql`replace(${firstKept}, '9', '')`,
  );
  const digits = sql`rpad(replace(substring(${once}, 2), '0', ''), 3, '0')`;
  return sql`(${filled(fn.substring(letters, literal(1), literal(1)))} || ${digits})`;
}

const trimming: ReadonlySet<ExpressionFunction> = new Set([
  ...(["trim", "letters", "digits", "alphanumeric", "year", "month", "day", "date", "number"] as const),
  ...(["area", "district", "sector", "soundex"] as const),
]);

/** Whether a value is known to begin and end with more than a blank, so that no end of it is blank. */
function isTrimmed(e: Expression | undefined): boolean {
  if (e?.kind !== "call") return e?.kind === "column";
  if (e.fn === "lower" || e.fn === "upper") return isTrimmed(e.args[0]);
  return trimming.has(e.fn);
}

function textOf({ fn: name, args }: Call, i: number): string {
  const arg = args[i];
  if (arg?.kind === "text") return arg.value;
  throw new InvariantError(`${name} takes a text that is written out`);
}

function numberOf({ fn: name, args }: Call, i: number): number {
  const arg = args[i];
  if (arg?.kind === "number") return arg.value;
  throw new InvariantError(`${name} takes a number that is written out`);
}
