import { type Expression, expressionText, parseExpression } from "../expression/expression.ts";
import type { Side, SqlNode } from "./condition.ts";
import { normal, patterns } from "./forms.ts";
import type { Role } from "./measures.ts";
import { NoCounterpart, unknownCall } from "./no-counterpart.ts";
import { matchPattern } from "./pattern.ts";

/** A column of one of the two records; its expression's text names no record. */
export interface SidedColumn {
  readonly side: Side;
  readonly text: string;
}

/**
 * What a condition compares, as one of our column expressions. Casts that say nothing new in its role are left out:
 * values are text here, and a date or a number is what their text says. A blank counts as missing, as everywhere here.
 *
 * Throws NoCounterpart.
 */
export function columnOf(node: SqlNode, role: Role = "text"): SidedColumn {
  const sides = new Set<Side>();
  const expression = expressionOf(uncast(normal(node), role), sides);
  const [side, other] = [...sides];
  if (side === undefined) throw new NoCounterpart("compares with a fixed value");
  if (other !== undefined) throw new NoCounterpart("mixes the two records' columns in one value");
  return { side, text: canonicalText(expressionText(expression)) };
}

/** A column expression in the one form in which it is compared with others. Throws NoCounterpart where it is none. */
export function canonicalText(text: string): string {
  return expressionText(columnExpression(text));
}

/** A column expression by its text. Throws NoCounterpart where it is none. */
export function columnExpression(text: string): Expression {
  const { expression, problem } = parseExpression(text);
  if (expression === undefined)
    throw new NoCounterpart(`needs the column ${text}: ${problem ?? "it is none"}`);
  return expression;
}

/** The expression that is a column and no more, from its name; a name in quotes is taken out of them. */
export function columnText(name: string): string {
  const bare = /^"(?:[^"]|"")+"$/.test(name) ? name.slice(1, -1).replaceAll('""', '"') : name;
  return expressionText({ kind: "column", name: bare });
}

/** An expression without the cast that its role implies: the date of a date's text, the number of a number's. */
function uncast(node: SqlNode, role: Role): SqlNode {
  if (role === "number") return node.kind === "cast" && node.type === "double" ? node.of : node;
  if (role === "text") return node;
  if (node.kind === "cast" && (node.type === "date" || node.type === "timestamp"))
    return uncast(node.of, role);
  const [text, format] = node.kind === "call" && node.name === "try_strptime" ? node.args : [];
  return text !== undefined && format?.kind === "text" && format.value === "%Y-%m-%d" ? text : node;
}

function expressionOf(node: SqlNode, sides: Set<Side>): Expression {
  switch (node.kind) {
    case "column":
      if (node.side === undefined) throw new NoCounterpart(`does not say of which record ${node.name} is`);
      sides.add(node.side);
      return { kind: "column", name: node.name };
    case "text":
    case "number":
      return node;
    case "infix": {
      if (node.operator !== "||") throw new NoCounterpart("calculates with values");
      const parts = [node.left, node.right].map((part) => expressionOf(part, sides));
      return { kind: "join", parts: parts.flatMap((part) => (part.kind === "join" ? part.parts : [part])) };
    }
    case "call":
      return variadic(node, sides) ?? callOf(node, sides);
    case "cast":
      return callOf(node, sides);
    default:
      throw new NoCounterpart("compares a condition with a value");
  }
}

/** Functions of any number of arguments. One nullif within another is one of both values. */
function variadic(
  { name, args }: Extract<SqlNode, { kind: "call" }>,
  sides: Set<Side>,
): Expression | undefined {
  if (name !== "coalesce" && name !== "nullif") return undefined;
  const [first, ...rest] = args.map((arg) => expressionOf(arg, sides));
  const isNested = name === "nullif" && first?.kind === "call" && first.fn === "nullif";
  const flat = isNested ? first.args : first === undefined ? [] : [first];
  return { kind: "call", fn: name, args: [...flat, ...rest] };
}

function callOf(node: Extract<SqlNode, { kind: "call" | "cast" }>, sides: Set<Side>): Expression {
  for (const { form, pattern } of patterns) {
    const places = matchPattern(pattern, node);
    if (places === undefined) continue;
    const args = ["a1", "a2", "a3"].flatMap((place) => places.get(place) ?? []);
    const format = form.fn === "date" ? args[1] : undefined;
    if (format?.kind === "text" && /%-?[HIMSpfgTcXzZ]/.test(format.value)) {
      throw new NoCounterpart("compares times of day; a date has none");
    }
    return { kind: "call", fn: form.fn, args: args.map((arg) => expressionOf(arg, sides)) };
  }
  const part = node.kind === "call" ? dateParts.find((name) => name === node.name) : undefined;
  const [of] = node.kind === "call" ? node.args : [];
  if (part !== undefined && of !== undefined) {
    return { kind: "call", fn: part, args: [expressionOf(uncast(of, "day"), sides)] };
  }
  throw node.kind === "call" ? unknownCall(node.name) : new NoCounterpart(`casts a value to ${node.type}`);
}

/** Functions of a date that give a number: the same as ours where they are compared for being the same. */
const dateParts = ["year", "month", "day"] as const;
