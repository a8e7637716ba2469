import { type LevelTest, testKinds } from "../model.ts";
import { canonicalText } from "./read-column.ts";
import { columnsNeededBy } from "./write-column.ts";
import { writeTest } from "./write-test.ts";

/**
 * When a comparison says nothing, from the tests of Splink's null levels and of the others; undefined where that is what
 * our model says of itself: when of every column that its levels test a value is missing.
 *
 * No null level at all: a missing value counts as else, so the comparison never says nothing.
 */
export function readNull(nulls: readonly LevelTest[], levels: readonly LevelTest[]): LevelTest | undefined {
  const [first, second] = nulls;
  const tested = testedColumns(levels);
  if (first === undefined) return never(tested[0] ?? "");
  if (second !== undefined) return { any: nulls };
  return isImplied(first, tested) ? undefined : first;
}

/** The condition of Splink's null level; undefined where it has none. `readNull` gives the test back. */
export function writeNull(test: LevelTest | undefined, levels: readonly LevelTest[]): string | undefined {
  if (test !== undefined) return isNever(test) ? undefined : writeTest(test);
  const tested = testedColumns(levels);
  const enough = tested.filter((text) => !impliedBy(tested.filter((other) => other !== text))(text));
  return writeTest({ missing: enough });
}

/** A test that cannot hold: of a missing value, none is known to be the same. */
function never(column: string): LevelTest {
  return { all: [{ missing: column }, { exact: column }] };
}

function isNever(test: LevelTest): boolean {
  if (!("all" in test) || test.all.length !== 2) return false;
  const [first, second] = test.all;
  if (first === undefined || second === undefined || !("missing" in first) || !("exact" in second))
    return false;
  return typeof first.missing === "string" && first.missing === second.exact;
}

function isImplied(test: LevelTest, tested: readonly string[]): boolean {
  if (!("missing" in test)) return false;
  const asked = typeof test.missing === "string" ? [test.missing] : test.missing;
  const isMissing = impliedBy(asked);
  return asked.every((text) => tested.includes(text)) && tested.every(isMissing);
}

/** Whether an expression is missing wherever all of these are. */
function impliedBy(missing: readonly string[]): (text: string) => boolean {
  return (text) => missing.includes(text) || columnsNeededBy(text).some((name) => missing.includes(name));
}

/** Every column that tests look at, each once, in order. */
export function testedColumns(tests: readonly LevelTest[]): string[] {
  return [...new Set(tests.flatMap(columnsOf).map(canonicalText))];
}

function columnsOf(test: LevelTest): readonly string[] {
  if ("all" in test) return test.all.flatMap(columnsOf);
  if ("any" in test) return test.any.flatMap(columnsOf);
  if ("not" in test) return columnsOf(test.not);
  const [columns] = testKinds.flatMap((kind) => (kind in test ? [(test as Columns)[kind]] : []));
  return typeof columns === "string" ? [columns] : (columns ?? []);
}

type Columns = { readonly [kind in (typeof testKinds)[number]]?: string | readonly string[] };
