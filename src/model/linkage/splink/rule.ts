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
  if ((arrays_to_explode ?? []).length > 0) {
    throw new NoCounterpart("brings records together by the elements of a list");
  }
  return sharedColumns(parseCondition(blocking_rule));
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
  const equal = columns.map((text) => `${columnSql(text, "l", "rule")} = ${columnSql(text, "r", "rule")}`);
  const parts = equal.length === 1 ? equal : equal.map((part) => `(${part})`);
  return { blocking_rule: parts.join(" AND "), sql_dialect: "duckdb" };
}
