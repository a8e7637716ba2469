import { InvariantError } from "../../base/diagnostics.ts";
import { fn } from "../../sql/functions.ts";
import { cast, literal, type Sql, sql } from "../../sql/sql.ts";
import type { Expression } from "./expression.ts";
import type { ExpressionFunction } from "./expression-functions.ts";

/** The SQL of a source's column: trimmed text, NULL where it is blank. */
export type BaseColumn = (name: string) => Sql;

/** An expression as SQL: text, NULL where a part of it is missing or the result is blank. */
export function compileExpression(e: Expression, column: BaseColumn): Sql {
  switch (e.kind) {
    case "column":
      return column(e.name);
    case "text":
      return literal(e.value);
    case "number":
      return literal(e.value);
    case "join":
      return {
        kind: "list",
        parts: [sql`(`, ...separated(e.parts.map((part) => compileExpression(part, column))), sql`)`],
      };
    case "call":
      return compileCall(
        e.fn,
        e.args,
        e.args.map((arg) => compileExpression(arg, column)),
      );
  }
}

function separated(parts: readonly Sql[]): Sql[] {
  return parts.flatMap((part, i) => (i === 0 ? [part] : [sql` || `, part]));
}

type Compile = (args: readonly Sql[], nodes: readonly Expression[]) => Sql;

const blankIsNone = (value: Sql) => sql`nullif(${value}, '')`;
const without = (value: Sql, pattern: string) =>
  blankIsNone(fn.regexReplace(value, literal(pattern), literal("")));

/** The inward part of a postcode is a digit and two letters. Source: Royal Mail, Programmers' Guide to the PAF. */
const compact = (value: Sql) => sql`upper(${fn.regexReplace(value, literal("[^A-Za-z0-9]"), literal(""))})`;
const outward = "^([A-Z]{1,2}[0-9][A-Z0-9]?)[0-9][A-Z]{2}$";

const compilers: Readonly<Record<ExpressionFunction, Compile>> = {
  lower: ([x]) => sql`lower(${x as Sql})`,
  upper: ([x]) => sql`upper(${x as Sql})`,
  trim: ([x]) => blankIsNone(sql`trim(${x as Sql})`),
  letters: ([x]) => without(x as Sql, "[^A-Za-z]"),
  digits: ([x]) => without(x as Sql, "[^0-9]"),
  alphanumeric: ([x]) => without(x as Sql, "[^A-Za-z0-9]"),
  substr: ([x, from, length]) =>
    blankIsNone(fn.substring(x as Sql, from as Sql, length ?? literal(1_000_000))),
  last: ([x, length]) =>
    blankIsNone(
      fn.substring(x as Sql, sql`greatest(length(${x as Sql}) - ${length as Sql} + 1, 1)`, length as Sql),
    ),
  replace: ([x, from, to]) => blankIsNone(sql`replace(${x as Sql}, ${from as Sql}, ${to as Sql})`),
  nullif: ([x, ...values]) => values.reduce((value, none) => sql`nullif(${value}, ${none})`, x as Sql),
  coalesce: (args) =>
    sql`coalesce(${{ kind: "list", parts: args.flatMap((arg, i) => (i === 0 ? [arg] : [sql`, `, arg])) }})`,
  regexp_extract: ([x, pattern, group]) =>
    blankIsNone(sql`regexp_extract(${x as Sql}, ${pattern as Sql}, ${group ?? literal(0)})`),
  year: ([x]) => datePart(x as Sql, "%Y"),
  month: ([x]) => datePart(x as Sql, "%m"),
  day: ([x]) => datePart(x as Sql, "%d"),
  date: ([x], [, format]) => {
    if (format?.kind !== "text") throw new InvariantError("a date's format was not checked");
    return fn.formatDate(fn.parseDate(x as Sql, literal(format.value)), literal("%Y-%m-%d"));
  },
  number: ([x]) => cast(fn.tryCast(x as Sql, { kind: "type", type: "double" }), "varchar"),
  area: ([x]) => blankIsNone(sql`regexp_extract(${compact(x as Sql)}, ${literal("^[A-Z]{1,2}")}, 0)`),
  district: ([x]) => blankIsNone(sql`regexp_extract(${compact(x as Sql)}, ${literal(outward)}, 1)`),
  sector: ([x]) =>
    blankIsNone(
      sql`regexp_extract(${compact(x as Sql)}, ${literal("^([A-Z]{1,2}[0-9][A-Z0-9]?[0-9])[A-Z]{2}$")}, 1)`,
    ),
  email_user: ([x]) => blankIsNone(sql`regexp_extract(${x as Sql}, ${literal("^([^@]+)@")}, 1)`),
  email_domain: ([x]) => blankIsNone(sql`regexp_extract(${x as Sql}, ${literal("@([^@]+)$")}, 1)`),
  soundex: ([x]) => soundex(x as Sql),
  split: ([x, separator]) => sql`string_split(${x as Sql}, ${separator as Sql})`,
};

function compileCall(name: ExpressionFunction, nodes: readonly Expression[], args: readonly Sql[]): Sql {
  return compilers[name](args, nodes);
}

/** A part of an ISO date; NULL where the text is no day of the calendar. */
function datePart(x: Sql, pattern: string): Sql {
  const day = fn.parseDate(x, literal("%Y-%m-%d"));
  const parts = { "%Y": [1, 4], "%m": [6, 2], "%d": [9, 2] }[pattern] ?? [1, 10];
  const text = fn.formatDate(day, literal("%Y-%m-%d"));
  return fn.substring(text, literal(parts[0] ?? 1), literal(parts[1] ?? 10));
}

/**
 * The first letter and three digits for the sounds after it. H and W do not part two letters of one sound, vowels do.
 * Source: US National Archives, The Soundex Indexing System.
 */
function soundex(x: Sql): Sql {
  const letters = sql`upper(${fn.regexReplace(x, literal("[^A-Za-z]"), literal(""))})`;
  const sounds = sql`translate(${letters}, 'AEIOUYBFPVCGJKQSXZDTLMNRHW', '00000011112222222233455699')`;
  const heard = sql`replace(${sounds}, '9', '')`;
  const once = ["0", "1", "2", "3", "4", "5", "6"].reduce(
    (value, sound) => fn.regexReplace(value, literal(`${sound}+`), literal(sound)),
    heard,
  );
  const first = fn.substring(letters, literal(1), literal(1));
  // The first letter's own sound is spoken with it; H and W have none.
  const rest = sql`CASE WHEN ${first} IN ('H', 'W') THEN ${once} ELSE ${fn.substring(once, literal(2), literal(1_000_000))} END`;
  const digits = sql`replace(${rest}, '0', '')`;
  return sql`nullif(${first} || ${fn.substring(sql`${digits} || '000'`, literal(1), literal(3))}, '000')`;
}
