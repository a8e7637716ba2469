import { InvariantError } from "../../../base/diagnostics.ts";
import type { Distance, ResolvedTest, Similarity } from "../resolved.ts";
import { diceOf, mayReachDice } from "../values/bit-values.ts";
import type { KernelColumn } from "../values/columns.ts";
import { sharedElements } from "../values/list-values.ts";
import { mayBeWithin, mayReachJaro, mayReachJaroWinkler, type TextValues } from "../values/text-values.ts";
import { kilometresBetween } from "./attribute-tests.ts";
import { jaccard } from "./jaccard.ts";
import { damerauLevenshtein, jaro, jaroWinkler, levenshtein } from "./text-distance.ts";

/** What a test says of two records. */
export const [no, yes, unknown] = [0, 1, -1] as const;
type Truth = typeof no | typeof yes | typeof unknown;

/** A test of the records at two places. */
export type PairTest = (l: number, r: number) => Truth;

const truth = (holds: boolean): Truth => (holds ? yes : no);

/** A similarity or distance of two values by their numbers, that remembers the last two: levels ask for it in turn. */
type Measure = (a: number, b: number) => number;

/** Measures by what they are and of which column; the tests of one comparison share them. */
export type Measures = Map<string, Measure>;

type TextTest = Extract<ResolvedTest, { kind: "distance" | "similarity" }>;

/** A test as a function of two records. */
export function compileTest(
  test: ResolvedTest,
  columns: readonly KernelColumn[],
  measures: Measures = new Map(),
): PairTest {
  switch (test.kind) {
    case "same":
      return sameTest(at(columns, test.column).ids);
    case "distance":
      return distanceTest(test.of, at(columns, test.column), test.most);
    case "similarity":
      return similarityTest(test, at(columns, test.column), measures);
    case "reversed":
      return reversedTest(at(columns, test.columns[0]).ids, at(columns, test.columns[1]).ids);
    case "missing":
      return missingTest(test.columns.map((c) => at(columns, c).ids));
    case "all":
      return allTest(test.tests.map((part) => compileTest(part, columns, measures)));
    case "any":
      return anyTest(test.tests.map((part) => compileTest(part, columns, measures)));
    case "not":
      return notTest(compileTest(test.test, columns, measures));
    case "dice":
      return diceTest(test, at(columns, test.column), measures);
    default:
      return attributeTest(test, columns);
  }
}

function at(columns: readonly KernelColumn[], place: number): KernelColumn {
  const column = columns[place];
  if (column === undefined) throw new InvariantError("a test names a column that the kernel lacks");
  return column;
}

function needed<T>(attribute: T | undefined): T {
  if (attribute === undefined) throw new InvariantError("a column lacks the attribute that its test needs");
  return attribute;
}

function sameTest(ids: Int32Array): PairTest {
  return (l, r) => {
    const a = ids[l] as number;
    const b = ids[r] as number;
    return a === 0 || b === 0 ? unknown : truth(a === b);
  };
}

function distanceTest(of: Distance, column: KernelColumn, most: number): PairTest {
  const { ids } = column;
  const text = needed(column.text);
  const distance = of === "levenshtein" ? levenshtein : damerauLevenshtein;
  return (l, r) => {
    const a = ids[l] as number;
    const b = ids[r] as number;
    if (a === 0 || b === 0) return unknown;
    if (a === b) return yes;
    return truth(mayBeWithin(text, a, b, most) && distance(text, a, b, most) <= most);
  };
}

const similarities: Readonly<
  Record<
    Similarity,
    {
      readonly exact: (values: TextValues, a: number, b: number) => number;
      readonly may: (values: TextValues, a: number, b: number, least: number) => boolean;
    }
  >
> = {
  jaro: { exact: jaro, may: mayReachJaro },
  jaro_winkler: { exact: jaroWinkler, may: mayReachJaroWinkler },
  jaccard: { exact: jaccard, may: () => true },
};

function similarityTest(
  { of, column: place, least }: Extract<ResolvedTest, { kind: "similarity" }>,
  column: KernelColumn,
  measures: Measures,
): PairTest {
  const { ids } = column;
  const text = needed(column.text);
  const { exact, may } = similarities[of];
  const key = `${of} ${place}`;
  const measure = measures.get(key) ?? remembering((a, b) => exact(text, a, b));
  measures.set(key, measure);
  return (l, r) => {
    const a = ids[l] as number;
    const b = ids[r] as number;
    if (a === 0 || b === 0) return unknown;
    if (a === b) return truth(least <= 1);
    return truth(may(text, a, b, least) && measure(a, b) >= least);
  };
}

/**
 * Whether any of several tests of two different values may hold, from the values' signatures: all of one distance or
 * similarity of one column, so that the loosest tells. Undefined for any others.
 */
export function loosestTest(
  tests: readonly ResolvedTest[],
  columns: readonly KernelColumn[],
): ((l: number, r: number) => boolean) | undefined {
  const [first, ...others] = tests;
  if (first?.kind !== "distance" && first?.kind !== "similarity") return undefined;
  if (others.length === 0 || !others.every((test) => isAlike(first, test))) return undefined;
  const { ids, text: own } = at(columns, first.column);
  const text = needed(own);
  if (first.kind === "distance") {
    const most = Math.max(...tests.map((test) => (test.kind === "distance" ? test.most : 0)));
    return (l, r) => mayBeWithin(text, ids[l] as number, ids[r] as number, most);
  }
  const { may } = similarities[first.of];
  const least = Math.min(...tests.map((test) => (test.kind === "similarity" ? test.least : 1)));
  return (l, r) => may(text, ids[l] as number, ids[r] as number, least);
}

function isAlike(test: TextTest, other: ResolvedTest): boolean {
  return other.kind === test.kind && other.of === test.of && other.column === test.column;
}

function diceTest(
  { column: place, least }: Extract<ResolvedTest, { kind: "dice" }>,
  column: KernelColumn,
  measures: Measures,
): PairTest {
  const bits = needed(column.bits);
  const key = `dice ${place}`;
  const measure = measures.get(key) ?? remembering((a, b) => diceOf(bits, a, b));
  measures.set(key, measure);
  return idTest(column, (a, b) => mayReachDice(bits, a, b, least) && measure(a, b) >= least);
}

function remembering(measure: Measure): Measure {
  let [lastA, lastB, last] = [0, 0, 0];
  return (a, b) => {
    if (a === lastA && b === lastB) return last;
    last = measure(a, b);
    lastA = a;
    lastB = b;
    return last;
  };
}

function reversedTest(first: Int32Array, second: Int32Array): PairTest {
  return (l, r) => {
    const a = first[l] as number;
    const b = second[l] as number;
    const c = first[r] as number;
    const d = second[r] as number;
    if (a === 0 || b === 0 || c === 0 || d === 0) return unknown;
    return truth(a === d && b === c);
  };
}

function missingTest(columns: readonly Int32Array[]): PairTest {
  const [only, ...others] = columns;
  if (only !== undefined && others.length === 0) return (l, r) => truth(only[l] === 0 || only[r] === 0);
  return (l, r) => truth(columns.every((ids) => ids[l] === 0 || ids[r] === 0));
}

function allTest(tests: readonly PairTest[]): PairTest {
  return (l, r) => {
    let result: Truth = yes;
    for (const test of tests) {
      const part = test(l, r);
      if (part === no) return no;
      if (part === unknown) result = unknown;
    }
    return result;
  };
}

function anyTest(tests: readonly PairTest[]): PairTest {
  return (l, r) => {
    let result: Truth = no;
    for (const test of tests) {
      const part = test(l, r);
      if (part === yes) return yes;
      if (part === unknown) result = unknown;
    }
    return result;
  };
}

function notTest(test: PairTest): PairTest {
  return (l, r) => {
    const part = test(l, r);
    return part === unknown ? unknown : truth(part === no);
  };
}

type AttributeTest = Extract<ResolvedTest, { kind: "apart" | "share" | "kilometres" | "intersect" }>;

/** Tests of what values stand for. A value that stands for nothing, such as a date that is none, is missing. */
function attributeTest(test: AttributeTest, columns: readonly KernelColumn[]): PairTest {
  switch (test.kind) {
    case "apart":
      return numberTest(at(columns, test.column), test.of, (a, b) => Math.abs(a - b) <= test.most);
    case "share":
      return numberTest(
        at(columns, test.column),
        "number",
        (a, b) => Math.abs(a - b) / Math.max(a, b) < test.below,
      );
    case "kilometres":
      return placeTest(at(columns, test.columns[0]), at(columns, test.columns[1]), test.most);
    case "intersect": {
      const column = at(columns, test.column);
      return idTest(column, (a, b) => sharedElements(needed(column.elements), a, b) >= test.least);
    }
  }
}

function idTest({ ids }: KernelColumn, holds: (a: number, b: number) => boolean): PairTest {
  return (l, r) => {
    const a = ids[l] as number;
    const b = ids[r] as number;
    return a === 0 || b === 0 ? unknown : truth(holds(a, b));
  };
}

function numberTest(
  column: KernelColumn,
  of: "day" | "number",
  holds: (a: number, b: number) => boolean,
): PairTest {
  const { ids } = column;
  const numbers = needed(column[of]);
  return (l, r) => {
    const a = numbers[ids[l] as number] as number;
    const b = numbers[ids[r] as number] as number;
    return Number.isNaN(a) || Number.isNaN(b) ? unknown : truth(holds(a, b));
  };
}

function placeTest(latitude: KernelColumn, longitude: KernelColumn, most: number): PairTest {
  const [lats, longs] = [needed(latitude.number), needed(longitude.number)];
  return (l, r) => {
    const a = [
      lats[latitude.ids[l] as number] as number,
      longs[longitude.ids[l] as number] as number,
    ] as const;
    const b = [
      lats[latitude.ids[r] as number] as number,
      longs[longitude.ids[r] as number] as number,
    ] as const;
    const distance = kilometresBetween(a, b);
    return Number.isNaN(distance) ? unknown : truth(distance <= most);
  };
}
