import type { LevelTest } from "../model.ts";
import { parseCondition, type SqlNode } from "./condition.ts";
import { findMeasure, type Measure, type Role } from "./measures.ts";
import { NoCounterpart, unknownCall } from "./no-counterpart.ts";
import { childrenOf } from "./pattern.ts";
import { columnOf, type SidedColumn } from "./read-column.ts";
import { daysOfSeconds } from "./seconds.ts";

/**
 * A Splink level's condition as a test.
 *
 * Throws NoCounterpart, saying what has none. A group of tests of one kind becomes one test of several columns.
 */
export function readTest(condition: string): LevelTest {
  return testOf(parseCondition(condition));
}

function testOf(node: SqlNode): LevelTest {
  if (node.kind === "not") return { not: testOf(node.of) };
  const kind = node.kind === "or" ? "or" : "and";
  const tests = groupOf(node.kind === "and" || node.kind === "or" ? node.parts : [node], kind);
  const [first] = tests;
  if (first !== undefined && tests.length === 1) return first;
  if (kind === "or") return { any: tests };
  return columnsOfOne(tests, "exact") ?? columnsOfOne(tests, "missing") ?? { all: tests };
}

/** Tests that are all of one kind and of one column each, as one test of these columns. */
function columnsOfOne(tests: readonly LevelTest[], kind: "exact" | "missing"): LevelTest | undefined {
  const columns = tests.map((test) => (test as { readonly [key: string]: unknown })[kind]);
  const isOne = columns.every((column): column is string => typeof column === "string");
  if (!isOne) return undefined;
  return kind === "exact" ? { exact: columns } : { missing: columns };
}

/** A part that asks of one record, or one way round, what a test asks of both: two of them are one test. */
interface Half {
  readonly key: string;
  /** The key of the half that makes it whole. */
  readonly other: string;
  readonly test: LevelTest;
  /** What to say where that half is not there. */
  readonly alone: string;
}

function groupOf(parts: readonly SqlNode[], kind: "and" | "or"): LevelTest[] {
  const waiting = parts.map((part) => ({ part, half: halfOf(part, kind) }));
  const tests: LevelTest[] = [];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { part, half } = next;
    const other = waiting.findIndex((later) => half !== undefined && later.half?.key === half.other);
    if (half !== undefined && other === -1) throw new NoCounterpart(half.alone);
    if (half !== undefined) waiting.splice(other, 1);
    tests.push(half?.test ?? wholeTest(part));
  }
  return tests;
}

function halfOf(part: SqlNode, kind: "and" | "or"): Half | undefined {
  if (part.kind === "isNull") return missingHalf(columnOf(part.of), part.isNegated, kind);
  if (part.kind !== "infix" || part.operator !== "=" || numberOf(part.right) !== undefined) return undefined;
  const [left, right] = oppositeColumns(part.left, part.right);
  if (left === right) return undefined;
  return {
    key: `${left} = ${right}`,
    other: `${right} = ${left}`,
    test: { reversed: [left, right] },
    alone: `compares ${left} of one record with ${right} of the other one way round only`,
  };
}

function missingHalf({ side, text }: SidedColumn, isNegated: boolean, kind: "and" | "or"): Half {
  const asked = isNegated ? "is there" : "is missing";
  const isPair = isNegated === (kind === "and");
  return {
    key: isPair ? `${text} ${side} ${asked}` : "",
    other: `${text} ${side === "l" ? "r" : "l"} ${asked}`,
    test: isNegated ? { not: { missing: text } } : { missing: text },
    alone: `asks whether ${text} ${asked} in a way that no test does`,
  };
}

/** Two columns of two records, the left record's first. */
function oppositeColumns(one: SqlNode, other: SqlNode, role: Role = "text"): readonly [string, string] {
  const [a, b] = [columnOf(one, role), columnOf(other, role)];
  if (a.side === b.side) throw new NoCounterpart(`compares ${a.text} with ${b.text} within one record`);
  return a.side === "l" ? [a.text, b.text] : [b.text, a.text];
}

/** The one column that is compared between two records. */
function sharedColumn([one, other]: readonly [SqlNode, SqlNode], role: Role): string {
  const [left, right] = oppositeColumns(one, other, role);
  if (left !== right) throw new NoCounterpart(`compares ${left} with ${right}`);
  return left;
}

function wholeTest(node: SqlNode): LevelTest {
  if (node.kind === "and" || node.kind === "or" || node.kind === "not") return testOf(node);
  if (node.kind !== "infix") throw unknownMeasure(node);
  const bound = numberOf(node.right);
  if (bound !== undefined) return measuredTest(node.left, node.operator, bound, node.right);
  const least = numberOf(node.left);
  const turned = flipped[node.operator];
  if (least !== undefined && turned !== undefined) return measuredTest(node.right, turned, least, node.left);
  if (node.operator !== "=") throw new NoCounterpart(`compares two values by ${node.operator}`);
  return { exact: sharedColumn([node.left, node.right], "text") };
}

const flipped: Readonly<Record<string, string>> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=" };

/** Plain arithmetic on numbers; undefined where there is anything else. */
function numberOf(node: SqlNode): number | undefined {
  if (node.kind === "number") return node.value;
  if (node.kind !== "infix") return undefined;
  const [left, right] = [numberOf(node.left), numberOf(node.right)];
  if (left === undefined || right === undefined) return undefined;
  if (node.operator === "-") return left - right;
  if (node.operator === "*") return left * right;
  return undefined;
}

function measuredTest(measured: SqlNode, operator: string, bound: number, written: SqlNode): LevelTest {
  const found = findMeasure(measured);
  if (found === undefined) throw unknownMeasure(measured);
  const { measure } = found;
  const columns = found.columns.map((pair) => sharedColumn(pair, measure.role));
  const at = boundOf(measure, operator, bound);
  const [column = "", second = ""] = columns;
  switch (measure.test) {
    case "seconds":
      return daysOfSeconds(column, written, at);
    case "kilometres":
      return { kilometres: [column, second], at_most: at };
    case "share":
      return { share: column, below: at };
    default:
      return {
        [measure.test]: column,
        [measure.operator === "<=" ? "at_most" : "at_least"]: at,
      } as LevelTest;
  }
}

/** The bound as the measure's own operator has it: of whole numbers, < 3 is <= 2. */
function boundOf({ operator, isWhole, test }: Measure, written: string, bound: number): number {
  const least = test === "intersect" ? 1 : 0;
  const isShare = ["jaro", "jaro_winkler", "jaccard", "share"].includes(test);
  let at: number | undefined;
  if (written === operator) at = bound;
  else if (isWhole && operator === "<=" && written === "<") at = Math.ceil(bound) - 1;
  else if (isWhole && operator === ">=" && written === ">") at = Math.floor(bound) + 1;
  if (at === undefined) throw new NoCounterpart(`is bounded by ${written}, where the test is ${operator}`);
  if (at < least || (isShare && at > 1) || (test === "intersect" && !Number.isInteger(at))) {
    throw new NoCounterpart(`has the bound ${bound}, which no such test can have`);
  }
  return at;
}

function unknownMeasure(node: SqlNode): NoCounterpart {
  const call = callsIn(node).find((name) => name !== "abs");
  return call === undefined ? new NoCounterpart("is not a comparison of two records") : unknownCall(call);
}

function callsIn(node: SqlNode): string[] {
  const own = node.kind === "call" ? [node.name] : [];
  return [...own, ...childrenOf(node).flatMap(callsIn)];
}
