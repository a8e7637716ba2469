import type { Level, LevelTest, TermFrequency } from "../model.ts";
import { NoCounterpart } from "./no-counterpart.ts";
import { testedColumns } from "./null-level.ts";
import { canonicalText, columnText } from "./read-column.ts";
import type { SplinkLevel } from "./saved-model.ts";
import { plainColumn } from "./write-column.ts";

/**
 * How a level's weight depends on how common a value is. In both models the base is the u of the level that is an
 * exact match of that very column.
 *
 * In: all tests of the comparison, and the level's place among them.
 * Throws NoCounterpart where the base would differ.
 */
export function readTerm(
  level: SplinkLevel,
  tests: readonly LevelTest[],
  place: number,
): true | TermFrequency | undefined {
  if (typeof level.tf_adjustment_column !== "string") return undefined;
  const column = columnText(level.tf_adjustment_column);
  checkBase(column, level.disable_tf_exact_match_detection === true, exactLevel(column, tests), place);
  const [factor, least] = [level.tf_adjustment_weight ?? undefined, level.tf_minimum_u_value ?? undefined];
  const own = testedColumns(tests.slice(place, place + 1));
  if (factor === undefined && least === undefined && own.length === 1 && own[0] === column) return true;
  return {
    column,
    ...(factor === undefined ? {} : { factor }),
    ...(least === undefined ? {} : { least_share: least }),
  };
}

function checkBase(column: string, isOwn: boolean, exact: number, place: number): void {
  if (isOwn && exact !== -1 && exact !== place) {
    throw new NoCounterpart(`weighs the frequency of ${column} against its own u, not the exact level's`);
  }
  if (!isOwn && exact === -1) {
    throw new NoCounterpart(`weighs the frequency of ${column}, of which no level is an exact match`);
  }
}

function exactLevel(column: string, tests: readonly LevelTest[]): number {
  return tests.findIndex((test) => "exact" in test && testedColumns([test]).join("\n") === column);
}

/** The keys of a Splink level for a level's term frequencies; `readTerm` gives them back. Throws NoCounterpart. */
export function writeTerm(
  { term_frequency: term }: Level,
  tests: readonly LevelTest[],
  place: number,
): Partial<SplinkLevel> {
  if (term === undefined) return {};
  const given = term === true ? testedColumns(tests.slice(place, place + 1))[0] : term.column;
  const column = canonicalText(given ?? "");
  const name = plainColumn(column);
  if (name === undefined) throw new NoCounterpart(`weighs the frequency of ${column}, which is no column`);
  const { factor, least_share } = term === true ? ({} as TermFrequency) : term;
  return {
    tf_adjustment_column: name,
    ...(factor === undefined ? {} : { tf_adjustment_weight: factor }),
    ...(least_share === undefined ? {} : { tf_minimum_u_value: least_share }),
    ...(exactLevel(column, tests) === -1 ? { disable_tf_exact_match_detection: true } : {}),
  };
}
