import { InvariantError } from "../../base/diagnostics.ts";
import {
  columnsOfExpression,
  type Expression,
  expressionText,
  parseExpression,
  parseRuleColumn,
} from "./expression/expression.ts";
import {
  type BlockingRule,
  type Comparison,
  type Level,
  type LevelNumbers,
  type LevelTest,
  testKinds,
} from "./model.ts";
import type {
  Attribute,
  ModelColumn,
  ResolvedComparison,
  ResolvedLevel,
  ResolvedModel,
  ResolvedRule,
  ResolvedTerm,
  ResolvedTest,
} from "./resolved.ts";

/** The columns that a model and its rules look at, each once, by the text of its expression. */
export class ColumnList {
  readonly #columns: { expression: Expression; name: string; needs: Set<Attribute>; dictionary: number }[] =
    [];

  /** The place of a column, and what is to be known of its values. The text has passed the check. */
  place(text: string, needs?: Attribute): number {
    const { expression } = parseExpression(text);
    if (expression === undefined) throw new InvariantError("a column's expression was not checked");
    const name = expressionText(expression);
    const known = this.#columns.findIndex((column) => column.name === name);
    const place = known === -1 ? this.#columns.length : known;
    if (known === -1) this.#columns.push({ expression, name, needs: new Set(), dictionary: place });
    if (needs !== undefined) this.#columns[place]?.needs.add(needs);
    return place;
  }

  /** Lets two columns share the numbers of their values. */
  share(a: number, b: number): void {
    const [one, other] = [this.#columns[a]?.dictionary ?? a, this.#columns[b]?.dictionary ?? b];
    const dictionary = Math.min(one, other);
    for (const column of this.#columns)
      if (column.dictionary === one || column.dictionary === other) column.dictionary = dictionary;
  }

  get columns(): readonly ModelColumn[] {
    return this.#columns.map(({ needs, ...column }) => ({
      ...column,
      bases: columnsOfExpression(column.expression),
      needs: [...needs].sort(),
    }));
  }
}

/** A model's comparisons by number. The model has passed its check. */
export function resolveModel(comparisons: readonly Comparison[], list: ColumnList): ResolvedModel {
  const bits = fixedBits(comparisons);
  const resolved = comparisons.map((comparison) => resolveComparison(comparison, list, bits));
  return { columns: list.columns, comparisons: resolved };
}

/** A blocking rule by number, named by its columns. */
export function resolveRule(on: BlockingRule, list: ColumnList): ResolvedRule {
  const [columns, lists] = [new Set<number>(), new Set<number>()];
  for (const text of on) {
    const { expression, isAny } = parseRuleColumn(text);
    if (expression === undefined) throw new InvariantError("a rule's column was not checked");
    const column = expressionText(expression);
    if (isAny) lists.add(list.place(column, "elements"));
    else columns.add(list.place(column));
  }
  return { name: on.join(" + "), columns: [...columns], lists: [...lists] };
}

function resolveComparison(comparison: Comparison, list: ColumnList, bits: FixedBits): ResolvedComparison {
  const tests = comparison.levels.map((level) => resolveTest(level, list));
  const terms = comparison.levels.map((level) => termColumn(level, list));
  const found = new Set([...tests.flatMap(columnsOf), ...terms.flatMap((term) => term?.column ?? [])]);
  const tested = new Set(tests.flatMap(columnsOf));
  const missing: ResolvedTest =
    comparison.null === undefined
      ? { kind: "missing", columns: [...tested] }
      : resolveTest(comparison.null, list);
  for (const column of columnsOf(missing)) found.add(column);
  const levels = comparison.levels.map((level, i): ResolvedLevel => {
    const test = tests[i] as ResolvedTest;
    const term = resolvedTerm(terms[i], i, tests);
    return {
      label: level.label ?? labelOf(level),
      test,
      ...(term === undefined ? {} : { term }),
      ...fixedWeight(level, bits),
    };
  });
  return {
    name: comparison.comparison,
    columns: [...found],
    missing,
    levels: [{ label: "else", ...fixedWeight(comparison.else ?? {}, bits) }, ...levels.reverse()],
  };
}

/** What a model's words for a weight are in bits. */
interface FixedBits {
  readonly force: number;
  readonly veto: number;
}

/** More bits than all that is learned of a pair adds up to; few enough for some such weights to be added exactly. */
const forceBits = 1024;

/** A veto outranks the forces of all comparisons together. */
function fixedBits(comparisons: readonly Comparison[]): FixedBits {
  const hasForce = ({ levels, else: rest }: Comparison) =>
    [...levels, rest ?? {}].some(({ weight }) => weight === "force");
  return { force: forceBits, veto: -forceBits * (1 + comparisons.filter(hasForce).length) };
}

function fixedWeight({ weight }: LevelNumbers, bits: FixedBits): { weight?: number } {
  if (weight === undefined) return {};
  return { weight: typeof weight === "number" ? weight : bits[weight] };
}

type OpenTerm = Omit<ResolvedTerm, "baseLevel">;

function termColumn(level: Level, list: ColumnList): OpenTerm | undefined {
  const term = level.term_frequency;
  if (term === undefined) return undefined;
  if (term !== true) {
    return { column: list.place(term.column), factor: term.factor ?? 1, leastShare: term.least_share ?? 0 };
  }
  const [column] = columnsOf(resolveTest(level, list));
  if (column === undefined) throw new InvariantError("a level with term frequencies tests no column");
  return { column, factor: 1, leastShare: 0 };
}

/** The base is the level that is the same value of that very column; the level itself where there is none. */
function resolvedTerm(
  term: OpenTerm | undefined,
  place: number,
  tests: readonly ResolvedTest[],
): ResolvedTerm | undefined {
  if (term === undefined) return undefined;
  const exact = tests.findIndex((test) => test.kind === "same" && test.column === term.column);
  return { ...term, baseLevel: tests.length - (exact === -1 ? place : exact) };
}

/** Every column that a test looks at, each once, in order. */
export function columnsOf(test: ResolvedTest): number[] {
  if ("tests" in test) return [...new Set(test.tests.flatMap(columnsOf))];
  if ("test" in test) return columnsOf(test.test);
  return "columns" in test ? [...test.columns] : [test.column];
}

/** Columns of which a comparison asks whether two records have the same value, each once. */
export function exactColumns({ levels }: ResolvedComparison): number[] {
  return [...new Set(levels.flatMap(({ test }) => (test === undefined ? [] : sameColumns(test))))];
}

function sameColumns(test: ResolvedTest): number[] {
  if ("tests" in test) return test.tests.flatMap(sameColumns);
  return test.kind === "same" ? [test.column] : [];
}

function resolveTest(test: LevelTest, list: ColumnList): ResolvedTest {
  if ("exact" in test) return sameAll(test.exact, list);
  if ("levenshtein" in test || "damerau_levenshtein" in test) return distance(test, list);
  if ("jaro" in test) return similarity("jaro", test.jaro, test.at_least, list);
  if ("jaro_winkler" in test) return similarity("jaro_winkler", test.jaro_winkler, test.at_least, list);
  if ("jaccard" in test) return similarity("jaccard", test.jaccard, test.at_least, list);
  if ("reversed" in test) {
    const [a, b] = [list.place(test.reversed[0]), list.place(test.reversed[1])];
    list.share(a, b);
    return { kind: "reversed", columns: [a, b] };
  }
  if ("missing" in test) return { kind: "missing", columns: placesOf(test.missing, list) };
  if ("all" in test) return { kind: "all", tests: test.all.map((part) => resolveTest(part, list)) };
  if ("any" in test) return { kind: "any", tests: test.any.map((part) => resolveTest(part, list)) };
  if ("not" in test) return { kind: "not", test: resolveTest(test.not, list) };
  return attributeTest(test, list);
}

function placesOf(columns: string | readonly string[], list: ColumnList): number[] {
  return (typeof columns === "string" ? [columns] : columns).map((text) => list.place(text));
}

function sameAll(columns: string | readonly string[], list: ColumnList): ResolvedTest {
  const tests = placesOf(columns, list).map((column): ResolvedTest => ({ kind: "same", column }));
  return tests.length === 1 ? (tests[0] as ResolvedTest) : { kind: "all", tests };
}

function distance(
  test: Extract<LevelTest, { levenshtein: string } | { damerau_levenshtein: string }>,
  list: ColumnList,
): ResolvedTest {
  const of = "levenshtein" in test ? "levenshtein" : "damerau_levenshtein";
  const text = "levenshtein" in test ? test.levenshtein : test.damerau_levenshtein;
  return { kind: "distance", of, column: list.place(text, "text"), most: test.at_most };
}

function similarity(
  of: "jaro" | "jaro_winkler" | "jaccard",
  text: string,
  least: number,
  list: ColumnList,
): ResolvedTest {
  return { kind: "similarity", of, column: list.place(text, "text"), least };
}

/** Days of an average year, and of its twelfth part. */
const yearDays = 365.25;

type AttributeLevel = Exclude<
  LevelTest,
  | { exact: unknown }
  | { levenshtein: string }
  | { damerau_levenshtein: string }
  | { jaro: string }
  | { jaro_winkler: string }
  | { jaccard: string }
  | { reversed: unknown }
  | { missing: unknown }
  | { all: unknown }
  | { any: unknown }
  | { not: unknown }
>;

function attributeTest(test: AttributeLevel, list: ColumnList): ResolvedTest {
  if ("days" in test) return daysApart(test.days, test.at_most, list);
  if ("months" in test) return daysApart(test.months, (test.at_most * yearDays) / 12, list);
  if ("years" in test) return daysApart(test.years, test.at_most * yearDays, list);
  if ("difference" in test) {
    return { kind: "apart", of: "number", column: list.place(test.difference, "number"), most: test.at_most };
  }
  if ("share" in test) return { kind: "share", column: list.place(test.share, "number"), below: test.below };
  if ("kilometres" in test) {
    const [latitude, longitude] = test.kilometres;
    const columns = [list.place(latitude, "number"), list.place(longitude, "number")] as const;
    return { kind: "kilometres", columns, most: test.at_most };
  }
  if ("intersect" in test) {
    return { kind: "intersect", column: list.place(test.intersect, "elements"), least: test.at_least };
  }
  return { kind: "dice", column: list.place(test.dice, "bits"), least: test.at_least };
}

function daysApart(text: string, most: number, list: ColumnList): ResolvedTest {
  return { kind: "apart", of: "day", column: list.place(text, "day"), most };
}

/** A level in words: `jaro_winkler surname ≥ 0.92`. */
function labelOf(test: LevelTest): string {
  if ("all" in test) return test.all.map(labelOf).join(" and ");
  if ("any" in test) return test.any.map(labelOf).join(" or ");
  if ("not" in test) return `not ${labelOf(test.not)}`;
  const [[kind, columns] = ["", ""]] = Object.entries(test).filter(([key]) => testNames.has(key));
  const named = Array.isArray(columns) ? columns.join(", ") : String(columns);
  const bound =
    "at_most" in test
      ? ` ≤ ${test.at_most}`
      : "at_least" in test
        ? ` ≥ ${test.at_least}`
        : "below" in test
          ? ` < ${test.below}`
          : "";
  return `${kind.replaceAll("_", " ")} ${named}${bound}`;
}

const testNames: ReadonlySet<string> = new Set(testKinds);
