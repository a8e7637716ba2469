import type { LevelTest } from "../model.ts";
import type { SqlNode } from "./condition.ts";
import { NoCounterpart } from "./no-counterpart.ts";

/** Seconds of each unit, the longest first; a month is a twelfth of 365.25 days. */
const units = [
  ["years", 31_557_600],
  ["months", 2_629_800],
  ["days", 86_400],
] as const;

/**
 * A bound in seconds as a test of dates apart, in the longest unit that it is a whole number of. A product of a number
 * and a unit's seconds is in that unit.
 *
 * Throws NoCounterpart where it is part of a day: a date has no time.
 */
export function daysOfSeconds(column: string, written: SqlNode, seconds: number): LevelTest {
  const product = productOf(written);
  if (product !== undefined) return datesApart(product.unit, column, product.count);
  if (seconds > 0 && seconds < 86_400) throw new NoCounterpart("compares times of day; a date has none");
  const unit = units.find(([, length]) => seconds > 0 && seconds % length === 0)?.[0] ?? "days";
  const length = units.find(([name]) => name === unit)?.[1] ?? 86_400;
  return datesApart(unit, column, seconds / length);
}

type Unit = (typeof units)[number][0];

function datesApart(unit: Unit, column: string, count: number): LevelTest {
  if (unit === "years") return { years: column, at_most: count };
  return unit === "months" ? { months: column, at_most: count } : { days: column, at_most: count };
}

function productOf(node: SqlNode): { unit: Unit; count: number } | undefined {
  if (node.kind !== "infix" || node.operator !== "*") return undefined;
  const { left, right } = node;
  if (left.kind !== "number" || right.kind !== "number") return undefined;
  const unit = units.find(([, length]) => length === right.value);
  return unit === undefined ? undefined : { unit: unit[0], count: left.value };
}

/** A bound of dates apart in seconds: as a product, so that the unit can be read back. */
export function secondsOf(unit: Unit, count: number): string {
  const length = units.find(([name]) => name === unit)?.[1];
  return `${count} * ${length}`;
}
