import fc from "fast-check";
import type { SourcePairs } from "../src/model/linkage/block/pair-runs.ts";
import { bytesOf } from "../src/model/linkage/compare/similarity.ts";
import type { Comparison, Level, LevelTest } from "../src/model/linkage/model.ts";
import type { ModelColumn } from "../src/model/linkage/resolved.ts";
import { bitValues } from "../src/model/linkage/values/bit-values.ts";
import type { KernelColumn } from "../src/model/linkage/values/columns.ts";
import { partsOf } from "../src/model/linkage/values/list-text.ts";
import { textValues } from "../src/model/linkage/values/text-values.ts";
import { dayOf, numberOf } from "./linkage-oracle.ts";

/** A record as text: a column that is missing is not there. */
export type Row = Readonly<Record<string, string | undefined>>;

/** Small worlds: values close enough to agree, to be alike, and to be neither. */
const names = [
  ..."anna ann anne hannah ana bob bobby rob o'brien obrien émile emile zoë x".split(" "),
  "de la cruz",
  "a very long name of more than thirty letters",
];
const dates = ["2001-01-01", "2001-01-02", "2001-01-31", "2001-02-10", "2003-06-30", "2001-02-30", "unknown"];
const numbers = ["1", "1.5", "2", "10", "11", "-3", "0", "1e3", "twelve"];

function cell(values: readonly string[]): fc.Arbitrary<string | undefined> {
  return fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...values) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
}

/** A list as the database writes it. */
function listText(words: string): string {
  return words.replaceAll(" ", "\u001F");
}

const cells = {
  first: cell(names),
  last: cell(names),
  dob: cell(dates),
  score: cell(numbers),
  lat: cell(["51.5", "51.6", "53.4", "north"]),
  long: cell(["-0.1", "0.4", "-3"]),
  sex: cell(["f", "m"]),
  place: cell(["a", "b", "c", "d", "e"]),
  tags: cell(["red", "blue red", "blue green", "blue green red"].map(listText)),
  groups: cell(["a", "a b", "b c"].map(listText)),
  bits: cell(["0011", "0111", "1100", "0000"]),
};

export const rows = (minLength: number, maxLength: number): fc.Arbitrary<Row[]> =>
  fc.array(fc.record(cells), { minLength, maxLength, size: "max" }) as fc.Arbitrary<Row[]>;

const textColumn = fc.constantFrom("first", "last");
const anyColumn = fc.constantFrom("first", "last", "dob", "score", "sex", "place");
const columns = fc.oneof(anyColumn, fc.uniqueArray(anyColumn, { minLength: 1, maxLength: 3 }));
const share = fc.constantFrom(0.3, 0.5, 0.7, 0.8, 0.88, 0.92, 1);

const simpleTests: fc.Arbitrary<LevelTest>[] = [
  fc.record({ exact: columns }),
  fc.record({ levenshtein: textColumn, at_most: fc.constantFrom(0, 1, 2, 4) }),
  fc.record({ damerau_levenshtein: textColumn, at_most: fc.constantFrom(1, 3) }),
  fc.record({ jaro: textColumn, at_least: share }),
  fc.record({ jaro_winkler: textColumn, at_least: share }),
  fc.record({ jaccard: textColumn, at_least: share }),
  fc.constant({ reversed: ["first", "last"] as const }),
  fc.record({ days: fc.constant("dob"), at_most: fc.constantFrom(0, 1, 30) }),
  fc.record({ months: fc.constant("dob"), at_most: fc.constantFrom(1, 2) }),
  fc.record({ years: fc.constant("dob"), at_most: fc.constantFrom(1, 3) }),
  fc.record({ difference: fc.constant("score"), at_most: fc.constantFrom(0, 0.5, 9) }),
  fc.record({ share: fc.constant("score"), below: fc.constantFrom(0.1, 0.5) }),
  fc.record({ kilometres: fc.constant(["lat", "long"] as const), at_most: fc.constantFrom(3, 40, 250) }),
  fc.record({ missing: columns }),
  fc.record({ dice: fc.constant("bits"), at_least: share }),
  fc.record({ intersect: fc.constant("tags"), at_least: fc.constantFrom(1, 2) }),
];

function testOf(): fc.Arbitrary<LevelTest> {
  const simple = fc.oneof(...simpleTests);
  const parts = fc.array(simple, { minLength: 1, maxLength: 3 });
  const not = fc.record({ not: simple });
  return fc.oneof(
    { weight: 8, arbitrary: simple },
    {
      weight: 1,
      arbitrary: fc.record({ all: fc.array(fc.oneof(simple, not), { minLength: 1, maxLength: 3 }) }),
    },
    { weight: 1, arbitrary: fc.record({ any: parts }) },
    { weight: 1, arbitrary: fc.record({ not: fc.oneof(simple, fc.record({ all: parts })) }) },
  );
}

const probability = fc.integer({ min: 1, max: 999 }).map((n) => n / 1000);
const weight = fc.oneof(
  { weight: 8, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.record({
      weight: fc.constantFrom<number | "veto" | "force">(-3.25, 0, 4, 11, "veto", "force"),
    }),
  },
);
const term = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.constant({ term_frequency: true as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      term_frequency: fc.record({
        column: anyColumn,
        factor: fc.constantFrom(0, 0.5, 1),
        least_share: fc.constantFrom(0, 0.02, 0.3),
      }),
    }),
  },
);

function comparisonOf(): fc.Arbitrary<Comparison> {
  const numbersOf = fc.tuple(fc.record({ m: probability, u: probability }), weight);
  const level = fc
    .tuple(testOf(), numbersOf, term)
    .map(([test, [mu, fixed], its]) => ({ ...test, ...mu, ...fixed, ...its }) as Level);
  /** When it says nothing: mostly when its values are missing; else by any test, of its own column among them. */
  const none = (column?: string): fc.Arbitrary<LevelTest | undefined> => {
    const own = column ?? "first";
    return fc.oneof(
      { weight: 5, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: testOf() },
      { weight: 1, arbitrary: fc.constant({ missing: own }) },
      { weight: 1, arbitrary: share.map((least) => ({ not: { jaro: own, at_least: least } })) },
    );
  };
  /** The comparison of most models: one text column, ever less alike. */
  const ladder = textColumn.chain((column) => {
    const steps = fc.array(fc.tuple(share, numbersOf), { minLength: 1, maxLength: 5 });
    return fc.tuple(
      steps.map((its) =>
        its.map(([least, [mu, fixed]], i) => {
          const similar =
            i % 2 === 0 ? { jaro_winkler: column, at_least: least } : { levenshtein: column, at_most: i };
          return {
            ...(i === 0 ? { exact: column, term_frequency: true } : similar),
            ...mu,
            ...fixed,
          } as Level;
        }),
      ),
      none(column),
    );
  });
  const free = fc.tuple(fc.array(level, { minLength: 1, maxLength: 4 }), none());
  return fc.tuple(fc.oneof(ladder, free), numbersOf).map(([[levels, its], [mu, fixed]]) => ({
    comparison: "c",
    levels,
    else: { ...mu, ...fixed },
    ...(its === undefined ? {} : { null: its }),
  }));
}

/** Models, with every number fixed. */
export const comparisons = (most = 6): fc.Arbitrary<Comparison[]> =>
  fc
    .array(comparisonOf(), { minLength: 1, maxLength: most })
    .map((its) => its.map((comparison, i) => ({ ...comparison, comparison: `c${i}` })));

/** Blocking rules. */
export const rules: fc.Arbitrary<string[][]> = fc.array(
  fc.uniqueArray(fc.oneof(anyColumn, fc.constantFrom("sex", "place", "any(tags)", "any(groups)")), {
    minLength: 1,
    maxLength: 2,
  }),
  { minLength: 1, maxLength: 3 },
);

/** Up to three sources of so many records, some of which may be empty, and which of them are compared. */
export function sourcesOf(records: number): fc.Arbitrary<SourcePairs> {
  const cuts = fc.array(fc.integer({ min: 0, max: records }), { maxLength: 2 });
  return fc.tuple(cuts, fc.array(fc.boolean(), { minLength: 9, maxLength: 9 })).map(([places, wanted]) => {
    const starts = [0, ...places.sort((a, b) => a - b), records];
    const sizes = starts.slice(1);
    const compared = sizes.map((_, a) => sizes.map((__, b) => a <= b && (wanted[3 * a + b] as boolean)));
    if (sizes.length === 1) compared[0] = [true];
    return { starts, compared };
  });
}

/** Columns as the kernel has them, and how often each value occurs: what the statements of a match step make. */
export function encoded(its: readonly Row[], model: readonly ModelColumn[]) {
  const dictionaries = new Map<number, string[]>();
  for (const { name, dictionary } of model) {
    const found = dictionaries.get(dictionary) ?? [];
    const values = its.flatMap((row) => row[name] ?? []);
    dictionaries.set(dictionary, [...new Set([...found, ...values])]);
  }
  const kernel = model.map(({ name, dictionary }): KernelColumn => {
    const values = dictionaries.get(dictionary) as string[];
    const ids = Int32Array.from(its, (row) => values.indexOf(row[name] ?? "\0") + 1);
    return { ids, values: values.length, ...attributes(values) };
  });
  const counts = kernel.map(({ ids, values }) => {
    const found = new Float64Array(values + 1);
    for (const id of ids) if (id > 0) found[id] = (found[id] as number) + 1;
    return found;
  });
  return { columns: kernel, counts };
}

function attributes(values: readonly string[]): Omit<KernelColumn, "ids" | "values"> {
  const bytes = values.map(bytesOf);
  const starts = new Int32Array(values.length + 2);
  for (const [i, { length }] of bytes.entries()) starts[i + 2] = (starts[i + 1] as number) + length;
  const lists = ["", ...values].map((value) => (value === "" ? [] : partsOf(value)));
  const words = [...new Set(lists.flat())];
  const items = lists.map((list) =>
    [...new Set(list.map((word) => words.indexOf(word)))].sort((a, b) => a - b),
  );
  const ends = [0];
  for (const list of items) ends.push((ends.at(-1) as number) + list.length);
  return {
    text: textValues(Uint8Array.from(bytes.flatMap((its) => [...its])), starts),
    day: Float64Array.from(["", ...values], (value) => dayOf(value) ?? Number.NaN),
    number: Float64Array.from(["", ...values], (value) => numberOf(value) ?? Number.NaN),
    elements: { starts: Int32Array.from(ends), items: Int32Array.from(items.flat()) },
    bits: bitValues(
      Int32Array.from(["", ...values], (value) => Number.parseInt(value, 2) || 0),
      1,
    ),
  };
}
