import { columnsOfExpression, expressionText, parseRuleColumn } from "../expression/expression.ts";
import { parseCondition, type SqlNode } from "./condition.ts";
import { NoCounterpart } from "./no-counterpart.ts";
import { columnOf } from "./read-column.ts";
import type { SplinkRule } from "./saved-model.ts";
import { columnSql } from "./write-column.ts";

/**
 * The columns that a Splink blocking rule asks two records to share.
 *
 * Throws NoCounterpart where it asks for anything else.
 */
export function readRule({ blocking_rule, arrays_to_explode }: SplinkRule): string[] {
  const columns = sharedColumns(parseCondition(blocking_rule));
  const lists = (arrays_to_explode ?? []).map((name) => expressionText({ kind: "column", name }));
  const unused = lists.find((name) => !columns.includes(name));
  if (unused !== undefined) throw new NoCounterpart(`does not compare the elements of ${unused} as they are`);
  return takenApartOnce(columns.map((text) => (lists.includes(text) ? `any(${text})` : text)));
}

/** A rule's columns, where no list is looked at both by its elements and otherwise: Splink then sees elements alone. */
function takenApartOnce(columns: readonly string[]): string[] {
  const read = columns.map((text) => ({ text, ...parseRuleColumn(text) }));
  const basesOf = (isAny: boolean) =>
    read.flatMap((its) => (its.isAny === isAny && its.expression ? columnsOfExpression(its.expression) : []));
  const others = basesOf(false);
  const both = basesOf(true).find((base) => others.includes(base));
  if (both !== undefined) throw new NoCounterpart(`compares ${both} both by its elements and otherwise`);
  return [...columns];
}

function sharedColumns(node: SqlNode): string[] {
  if (node.kind === "and") return node.parts.flatMap(sharedColumns);
  if (node.kind === "or") throw new NoCounterpart("joins by OR: each side of it is a rule of its own");
  if (node.kind !== "infix" || node.operator !== "=") {
    throw new NoCounterpart("asks for more than columns that are the same");
  }
  const [left, right] = [columnOf(node.left), columnOf(node.right)];
  if (left.side === right.side || left.text !== right.text) {
    throw new NoCounterpart(`compares ${left.text} with ${right.text}`);
  }
  return [left.text];
}

/** A blocking rule as Splink's SQL; `readRule` gives it back. Throws NoCounterpart. */
export function writeRule(columns: readonly string[]): SplinkRule {
  const lists: string[] = [];
  const equal = takenApartOnce(columns).map((text) => {
    const { expression, isAny } = parseRuleColumn(text);
    if (!isAny) return `${columnSql(text, "l", "rule")} = ${columnSql(text, "r", "rule")}`;
    if (expression?.kind !== "column")
      throw new NoCounterpart(`shares a value of ${text}, which is no column`);
    lists.push(expression.name);
    const name = expressionText(expression);
    return `${columnSql(name, "l", "rule")} = ${columnSql(name, "r", "rule")}`;
  });
  const parts = equal.length === 1 ? equal : equal.map((part) => `(${part})`);
  const exploded = lists.length === 0 ? {} : { arrays_to_explode: lists };
  return { blocking_rule: parts.join(" AND "), sql_dialect: "duckdb", ...exploded };
}
