import { InvariantError } from "../../base/diagnostics.ts";
import type { Shape } from "../../catalogue/dataset.ts";
import { fn } from "../../sql/functions.ts";
import { literal, type Sql, sql } from "../../sql/sql.ts";
import type { SqlType } from "../../sql/type.ts";

const whole = literal("^[+-]?[0-9]+(\\.0*)?\\z");
const number = literal("^[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?\\z");
const instant = literal("^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}\\z");

/** What a type is called in a rule code: TYPE-DATE. */
export function typeCode(type: SqlType): string {
  if (type === "date" || type === "boolean") return `TYPE-${type.toUpperCase()}`;
  if (type === "timestamp") return "TYPE-INSTANT";
  return type === "double" || type.startsWith("decimal") ? "TYPE-NUMBER" : "TYPE-INTEGER";
}

/**
 * Published text as its declared type, or NULL where it cannot be: a regular expression guards the form, so that what
 * the database would take in kindness (blanks, 1_000, 2001-1-1, nan) is not taken. Integers may be written 5.0.
 * A date is a real day, written as the shape writes dates.
 */
export function typed(text: Sql, type: SqlType, dates: Shape["dates"]): Sql {
  if (type === "varchar") return text;
  if (type === "date") return dates === "%Y-%m-%d" ? isoDate(text) : fn.parseDate(text, literal(dates));
  if (type === "boolean") return truth(text);
  const value = fn.tryCast(text, { kind: "type", type });
  if (type === "timestamp") return sql`CASE WHEN ${fn.regexMatches(text, instant)} THEN ${value} END`;
  if (type === "double" || type.startsWith("decimal")) {
    return sql`CASE WHEN ${fn.regexMatches(text, number)} THEN ${finite(value, type)} END`;
  }
  return sql`CASE WHEN CAST(${value} AS VARCHAR) = ${text} THEN ${value} WHEN ${fn.regexMatches(text, whole)} THEN ${value} END`;
}

/**
 * The same value for text that is known to pass `typed`, without the guard: half the work of a wide scan.
 * On other text its result means nothing.
 */
export function typedUnguarded(text: Sql, type: SqlType, dates: Shape["dates"]): Sql {
  if (type === "varchar" || type === "boolean") return typed(text, type, dates);
  if (type === "date" && dates !== "%Y-%m-%d") return fn.parseDate(text, literal(dates));
  return fn.tryCast(text, { kind: "type", type });
}

/** Written back, a day gives the text it came from: cheaper than a pattern, and as strict. Ten characters leave out "infinity". */
function isoDate(text: Sql): Sql {
  const value = fn.tryCast(text, { kind: "type", type: "date" });
  return sql`CASE WHEN length(${text}) = 10 AND CAST(${value} AS VARCHAR) = ${text} THEN ${value} END`;
}

/** 1e999 reads as infinity, which is no measurement. */
function finite(value: Sql, type: SqlType): Sql {
  return type === "double" ? sql`CASE WHEN isfinite(${value}) THEN ${value} END` : value;
}

function truth(text: Sql): Sql {
  return sql`CASE WHEN ${text} IN ('1', 'Y', 'y', 'T', 't', 'true', 'TRUE', 'True') THEN TRUE WHEN ${text} IN ('0', 'N', 'n', 'F', 'f', 'false', 'FALSE', 'False') THEN FALSE END`;
}

/** The names that a condition speaks of. */
export function namesIn(node: Sql): ReadonlySet<string> {
  switch (node.kind) {
    case "ident": {
      const last = node.path.at(-1);
      if (last === undefined) throw new InvariantError("an identifier without a name");
      return new Set([last]);
    }
    case "call":
      return new Set(node.args.flatMap((arg) => [...namesIn(arg)]));
    case "list":
      return new Set(node.parts.flatMap((part) => [...namesIn(part)]));
    default:
      return new Set();
  }
}
