import { columnsOfExpression, type Expression, expressionText } from "../expression/expression.ts";
import type { ExpressionFunction } from "../expression/expression-functions.ts";
import type { Side } from "./condition.ts";
import { forms } from "./forms.ts";
import { unknownCall } from "./no-counterpart.ts";
import { fillPattern } from "./pattern.ts";
import { columnExpression } from "./read-column.ts";

/** Where a column stands in SQL: in a level, or in a blocking rule. */
type Place = "level" | "rule";

/**
 * A column expression as DuckDB's SQL, of one of the two records.
 *
 * Throws NoCounterpart where DuckDB lacks one of its functions.
 */
export function columnSql(text: string, side: Side, place: Place = "level"): string {
  const column = (name: string) =>
    place === "level" ? identifier(`${name}_${side}`) : `${side}.${identifier(name)}`;
  const expression = columnExpression(text);
  const sql = sqlOf(expression, column);
  return expression.kind === "join" ? `(${sql})` : sql;
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function sqlOf(e: Expression, column: (name: string) => string): string {
  switch (e.kind) {
    case "column":
      return column(e.name);
    case "join":
      return e.parts.map((part) => sqlOf(part, column)).join(" || ");
    case "call":
      return callSql(
        e.fn,
        e.args.map((arg) => sqlOf(arg, column)),
      );
    default:
      return expressionText(e);
  }
}

function callSql(fn: ExpressionFunction, args: readonly string[]): string {
  const [first = "", second, ...more] = args;
  if (fn === "coalesce") return `coalesce(${args.join(", ")})`;
  if (fn === "nullif") return args.slice(1).reduce((sql, value) => `NULLIF(${sql}, ${value})`, first);
  const form = forms.find((known) => known.fn === fn && argumentsOf(known.sql) === args.length);
  if (form === undefined) throw unknownCall(fn);
  const sql = fillPattern(form.sql, { a1: first, a2: second ?? "", a3: more.join() });
  // From its first letter on, no text that is there is blank.
  const isBlank = form.mayBeBlank === true && !(fn === "substr" && second === "1");
  return isBlank ? `NULLIF(${sql}, '')` : sql;
}

/** How many arguments a pattern has. */
function argumentsOf(sql: string): number {
  return new Set(sql.match(/\ba[123]\b/g)).size;
}

/** The name of the column that an expression is and no more; undefined for any other. */
export function plainColumn(text: string): string | undefined {
  const expression = columnExpression(text);
  return expression.kind === "column" ? expression.name : undefined;
}

/** Columns without any of which an expression is missing: all of its own, but those of a coalesce. */
export function columnsNeededBy(text: string): string[] {
  const expression = columnExpression(text);
  const names = hasCoalesce(expression) ? [] : columnsOfExpression(expression);
  return names.map((name) => expressionText({ kind: "column", name }));
}

function hasCoalesce(e: Expression): boolean {
  if (e.kind === "join") return e.parts.some(hasCoalesce);
  return e.kind === "call" && (e.fn === "coalesce" || e.args.some(hasCoalesce));
}
