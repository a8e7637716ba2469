import { levelOf } from "../compare/levels.ts";
import { bytesOf } from "../compare/similarity.ts";
import { dayNumber, expressionValue, numberIn, present } from "../expression/expression-value.ts";
import { ColumnList, resolveModel } from "../resolve-model.ts";
import type { ModelColumn, ResolvedModel } from "../resolved.ts";
import { parametersOf, type TrainedModel } from "../train/trained-model.ts";
import { bitValues, bytesOfBits } from "../values/bit-values.ts";
import type { KernelColumn } from "../values/columns.ts";
import { partsOf } from "../values/list-text.ts";
import type { ListValues } from "../values/list-values.ts";
import { textValues } from "../values/text-values.ts";
import { type KernelWeights, termOf, type ValueCounts, weighModel } from "../weigh.ts";
import { probabilityOf } from "../weights.ts";

/**
 * A record by its columns' names, or by the text of an expression where its value is already known. A column that is
 * absent, null or blank is missing.
 */
export type RecordText = Readonly<Record<string, string | null | undefined>>;

/** How often values occur: among the records that have one, and each by itself. */
export interface ValueFrequencies {
  readonly records: number;
  readonly of: ReadonlyMap<string, number>;
}

/** What one comparison says of a pair, in bits. */
export interface ComparisonScore {
  readonly comparison: string;
  /** −1 where it says nothing, 0 for else, the best the greatest. */
  readonly level: number;
  readonly label: string;
  readonly weight: number;
  /** What the frequency of the values adds. */
  readonly frequency: number;
}

/** A pair's match weight in bits, its probability, and the parts that the weight is the sum of. */
export interface PairScore {
  readonly weight: number;
  readonly probability: number;
  readonly prior: number;
  readonly comparisons: readonly ComparisonScore[];
  /** The weight in whole 10⁻¹² bits, as links are compared and stored. */
  readonly units: number;
}

const unitsPerBit = 1e12;

/** Scores pairs of records by a model that is prepared once. */
export type PairScorer = (
  a: RecordText,
  b: RecordText,
  frequencies?: Readonly<Record<string, ValueFrequencies>>,
) => PairScore;

/**
 * Scores two records by a trained model, to the last bit as a whole run would.
 *
 * In: `frequencies` by column, for the levels that look at them; without them, and for a value that never occurs, a
 * frequency adds nothing.
 * Errors: TypeError where a column is an expression that the database alone evaluates (`regexp_extract`, `number`,
 * `split`) and the record does not have its value; for bit vectors that are none, or of different lengths.
 */
export function scorePair(model: ScoringModel, ...pair: Parameters<PairScorer>): PairScore {
  return pairScorer(model)(...pair);
}

type ScoringModel = Pick<TrainedModel, "lambda" | "comparisons">;

/** The scorer of many pairs, one by one. Errors: those of `scorePair`, when it is called. */
export function pairScorer(model: ScoringModel): PairScorer {
  const resolved = resolveModel(model.comparisons, new ColumnList());
  const parameters = parametersOf(model);
  return (a, b, frequencies = {}) => {
    const values = resolved.columns.map((column) => [a, b].map((record) => textOf(column, record)));
    const { columns, counts } = kernelColumns(resolved, values, frequencies);
    const weights = weighModel(resolved, parameters, counts);
    return addUp(weights.prior, compared(resolved, columns, weights));
  };
}

/** What each comparison says of the two records, in units. */
function compared(
  { comparisons }: ResolvedModel,
  columns: readonly KernelColumn[],
  weights: KernelWeights,
): ComparisonScore[] {
  return comparisons.map((comparison, c) => {
    const level = levelOf(comparison, columns)(0, 1);
    const its = weights.comparisons[c];
    const terms = its?.terms[level];
    const term = comparison.levels[level]?.term;
    const ids = term === undefined ? undefined : columns[term.column]?.ids;
    return {
      comparison: comparison.name,
      level,
      label: level === -1 ? "missing" : (comparison.levels[level]?.label ?? ""),
      weight: its?.levels[level] ?? 0,
      frequency: terms === undefined || ids === undefined ? 0 : termOf(terms, ids, 0, 1),
    };
  });
}

function addUp(prior: number, inUnits: readonly ComparisonScore[]): PairScore {
  const units = inUnits.reduce((sum, { weight, frequency }) => sum + weight + frequency, prior);
  const weight = units / unitsPerBit;
  const comparisons = inUnits.map((its) => ({
    ...its,
    weight: its.weight / unitsPerBit,
    frequency: its.frequency / unitsPerBit,
  }));
  return { weight, probability: probabilityOf(weight), prior: prior / unitsPerBit, comparisons, units };
}

/** The value of a model's column in a record. */
function textOf({ name, expression }: ModelColumn, record: RecordText): string | undefined {
  const base = (column: string) =>
    Object.hasOwn(record, column) ? present(record[column]?.replaceAll(/^ +| +$/g, "")) : undefined;
  if (expression.kind === "column") return base(expression.name);
  return Object.hasOwn(record, name) ? present(record[name] ?? undefined) : expressionValue(expression, base);
}

/** Two records as the kernel has a whole table: values by number, and beside the two all others as one. */
function kernelColumns(
  { columns }: ResolvedModel,
  values: readonly (readonly (string | undefined)[])[],
  frequencies: Readonly<Record<string, ValueFrequencies>>,
): { readonly columns: KernelColumn[]; readonly counts: ValueCounts[] } {
  const dictionaries = columns.map(({ dictionary }) => [
    ...new Set(columns.flatMap((other, c) => (other.dictionary === dictionary ? (values[c] ?? []) : []))),
  ]);
  const known = dictionaries.map((its) => its.filter((value) => value !== undefined));
  return {
    columns: columns.map((column, c) => kernelColumn(column, known[c] ?? [], values[c] ?? [])),
    counts: columns.map(({ name }, c) => {
      const { records, of } = frequencies[name] ?? { records: 0, of: new Map<string, number>() };
      const its = (known[c] ?? []).map((value) => of.get(value) ?? 0);
      const others = records - its.reduce((sum, n) => sum + n, 0);
      return Float64Array.from([0, ...its, others]);
    }),
  };
}

function kernelColumn(
  { needs }: ModelColumn,
  known: readonly string[],
  values: readonly (string | undefined)[],
): KernelColumn {
  const ids = Int32Array.from(values, (value) => (value === undefined ? 0 : known.indexOf(value) + 1));
  const all = ["", ...known];
  return {
    ids,
    values: known.length + 1,
    ...(needs.includes("text") ? { text: textsOf(known) } : {}),
    ...(needs.includes("day")
      ? { day: Float64Array.from(all, (text) => dayNumber(text) ?? Number.NaN) }
      : {}),
    ...(needs.includes("number")
      ? { number: Float64Array.from(all, (text) => numberIn(text) ?? Number.NaN) }
      : {}),
    ...(needs.includes("elements") ? { elements: elementsOf(known) } : {}),
    ...(needs.includes("bits") ? { bits: bitsOf(known) } : {}),
  };
}

function elementsOf(known: readonly string[]): ListValues {
  const lists = known.map(partsOf);
  const all = [...new Set(lists.flat())];
  const items = lists.map((parts) => parts.map((part) => all.indexOf(part)).sort((a, b) => a - b));
  const starts = new Int32Array(known.length + 2);
  for (const [i, { length }] of items.entries()) starts[i + 2] = (starts[i + 1] as number) + length;
  return { starts, items: Int32Array.from(items.flat()) };
}

function bitsOf(known: readonly string[]) {
  const bytes = known.map((text) => bytesOfBits(text));
  const size = bytes[0]?.length ?? 0;
  const words = Math.ceil(size / 4);
  const bits = new Int32Array(words * (known.length + 2));
  for (const [i, its] of bytes.entries()) {
    if (its?.length !== size) throw new TypeError("a value is no bit vector, or not as long as the other");
    new Uint8Array(bits.buffer).set(its, 4 * words * (i + 1));
  }
  return bitValues(bits, words);
}

function textsOf(known: readonly string[]) {
  const bytes = known.map(bytesOf);
  const starts = new Int32Array(known.length + 2);
  for (const [i, { length }] of bytes.entries()) starts[i + 2] = (starts[i + 1] as number) + length;
  return textValues(Uint8Array.from(bytes.flatMap((its) => [...its])), starts);
}
