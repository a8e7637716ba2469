import {
  bytesOf,
  damerauLevenshtein,
  jaccard,
  jaro,
  jaroWinkler,
  levenshtein,
} from "../src/model/linkage/compare/similarity.ts";
import type { Comparison, Level, LevelTest } from "../src/model/linkage/model.ts";
import { levelWeight, termFrequencyWeight, unitsOf } from "../src/model/linkage/weights.ts";
import type { Row } from "./linkage-lab.ts";

/**
 * What a model says of two records, read off the model as people write it and the records as text. Slow and plain: the
 * oracle of the kernel and of the statements. A column is a name, and no expression.
 */

/** TRUE, FALSE, or unknown where a value is missing. */
type Truth = boolean | undefined;

const listed = (columns: string | readonly string[]) => (typeof columns === "string" ? [columns] : columns);

/** Days since 1970; undefined where the text is no day. */
export function dayOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{4}-\d\d-\d\d$/.test(text)) return undefined;
  const time = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text
    ? undefined
    : time / 86_400_000;
}

export function numberOf(text: string | undefined): number | undefined {
  const number = text === undefined || text === "" ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : undefined;
}

/** Kilometres on a sphere, by haversines. */
function kilometres(a: readonly number[], b: readonly number[]): number {
  const [latA, longA, latB, longB] = [...a, ...b].map((x) => (x * Math.PI) / 180) as [
    number,
    number,
    number,
    number,
  ];
  const half = (x: number) => Math.sin(x / 2) ** 2;
  const h = half(latB - latA) + Math.cos(latA) * Math.cos(latB) * half(longB - longA);
  return 2 * 6371 * Math.asin(Math.sqrt(h));
}

/** Whether a test holds of two records. */
export function holds(test: LevelTest, l: Row, r: Row): Truth {
  const both = <T>(
    column: string,
    of: (text: string | undefined) => T | undefined,
    is: (a: T, b: T) => boolean,
  ) => {
    const [a, b] = [of(l[column]), of(r[column])];
    return a === undefined || b === undefined ? undefined : is(a, b);
  };
  const bytes = (column: string, is: (a: Uint8Array, b: Uint8Array) => boolean) =>
    both(column, (text) => (text === undefined ? undefined : bytesOf(text)), is);
  const days = (column: string, most: number) => both(column, dayOf, (a, b) => Math.abs(a - b) <= most);
  if ("exact" in test)
    return all(
      listed(test.exact).map((c) =>
        both(
          c,
          (text) => text,
          (a, b) => a === b,
        ),
      ),
    );
  if ("levenshtein" in test) return bytes(test.levenshtein, (a, b) => levenshtein(a, b) <= test.at_most);
  if ("damerau_levenshtein" in test)
    return bytes(test.damerau_levenshtein, (a, b) => damerauLevenshtein(a, b) <= test.at_most);
  if ("jaro" in test) return bytes(test.jaro, (a, b) => jaro(a, b) >= test.at_least);
  if ("jaro_winkler" in test) return bytes(test.jaro_winkler, (a, b) => jaroWinkler(a, b) >= test.at_least);
  if ("jaccard" in test) return bytes(test.jaccard, (a, b) => jaccard(a, b) >= test.at_least);
  if ("reversed" in test) {
    const [a, b] = test.reversed;
    const values = [l[a], l[b], r[b], r[a]];
    return values.includes(undefined) ? undefined : values[0] === values[2] && values[1] === values[3];
  }
  if ("days" in test) return days(test.days, test.at_most);
  if ("months" in test) return days(test.months, (test.at_most * 365.25) / 12);
  if ("years" in test) return days(test.years, test.at_most * 365.25);
  if ("difference" in test) return both(test.difference, numberOf, (a, b) => Math.abs(a - b) <= test.at_most);
  if ("share" in test)
    return both(test.share, numberOf, (a, b) => Math.abs(a - b) / Math.max(a, b) < test.below);
  if ("kilometres" in test) {
    const places = [l, r].map((row) => test.kilometres.map((column) => numberOf(row[column])));
    if (places.flat().includes(undefined)) return undefined;
    return kilometres(...(places as [number[], number[]])) <= test.at_most;
  }
  if ("intersect" in test)
    return both(test.intersect, words, (a, b) => a.filter((x) => b.includes(x)).length >= test.at_least);
  if ("dice" in test) {
    const ones = (text: string | undefined) => (text === undefined ? undefined : [...text]);
    const count = (bits: string[]) => bits.filter((bit) => bit === "1").length;
    return both(test.dice, ones, (a, b) => {
      const shared = count(a.filter((_, i) => b[i] === "1"));
      const sum = count(a) + count(b);
      return (sum === 0 ? 0 : (2 * shared) / sum) >= test.at_least;
    });
  }
  if ("missing" in test) return listed(test.missing).every((c) => l[c] === undefined || r[c] === undefined);
  if ("all" in test) return all(test.all.map((part) => holds(part, l, r)));
  if ("any" in test) return not(all(test.any.map((part) => not(holds(part, l, r)))));
  return not(holds(test.not, l, r));
}

const words = (text: string | undefined) => (text === undefined ? undefined : text.split("\u001F"));

function all(parts: readonly Truth[]): Truth {
  return parts.includes(false) ? false : parts.includes(undefined) ? undefined : true;
}

function not(truth: Truth): Truth {
  return truth === undefined ? undefined : !truth;
}

/** The columns of a test, as they come. */
export function columnsIn(test: LevelTest): string[] {
  if ("all" in test) return test.all.flatMap(columnsIn);
  if ("any" in test) return test.any.flatMap(columnsIn);
  if ("not" in test) return columnsIn(test.not);
  const [[, columns] = ["", ""]] = Object.entries(test).filter(([key]) => testKeys.test(key));
  return [...listed(columns as string | readonly string[])];
}

const testKeys =
  /^(exact|.*levenshtein|jar.*|jaccard|reversed|days|months|years|difference|share|kilometres|intersect|dice|missing)$/;

/** The level of a comparison: −1 where it says nothing, 0 for else, the best the greatest. */
export function oracleLevel({ levels, null: none }: Comparison, l: Row, r: Row): number {
  const columns = [...new Set(levels.flatMap(columnsIn))];
  if (holds(none ?? { missing: columns }, l, r) === true) return -1;
  const found = levels.findIndex((level) => holds(level, l, r) === true);
  return found === -1 ? 0 : levels.length - found;
}

/** The bits of a veto: more than all forces of a model have. */
export function vetoBits(model: readonly Comparison[]): number {
  const forced = model.filter(({ levels, else: rest }) =>
    [...levels, rest ?? {}].some(({ weight }) => weight === "force"),
  );
  return -1024 * (forced.length + 1);
}

/** The units that a comparison adds to two records: its level's weight and what the frequency of their values says. */
export function oracleUnits(
  comparison: Comparison,
  l: Row,
  r: Row,
  all: readonly Row[],
  veto = -2048,
): number {
  const level = oracleLevel(comparison, l, r);
  if (level === -1) return 0;
  const numbers = [comparison.else ?? {}, ...[...comparison.levels].reverse()][level] as Level;
  const fixed = { force: 1024, veto };
  const { weight } = numbers;
  const bits =
    weight === undefined
      ? levelWeight(numbers.m as number, numbers.u as number)
      : typeof weight === "number"
        ? weight
        : fixed[weight];
  return unitsOf(bits) + (level === 0 ? 0 : termUnits(comparison, numbers, l, r, all));
}

function termUnits({ levels }: Comparison, level: Level, l: Row, r: Row, all: readonly Row[]): number {
  const term = level.term_frequency;
  if (term === undefined) return 0;
  const its = term === true ? { column: columnsIn(level)[0] as string } : term;
  const isExact = (other: Level) => "exact" in other && listed(other.exact).join() === its.column;
  const base = levels.find(isExact) ?? level;
  const values = all.flatMap((row) => row[its.column] ?? []);
  const share = (value: string | undefined) =>
    value === undefined ? undefined : values.filter((other) => other === value).length / values.length;
  const options = { factor: its.factor ?? 1, leastShare: its.least_share ?? 0 };
  return unitsOf(termFrequencyWeight(base.u as number, share(l[its.column]), share(r[its.column]), options));
}

/** Whether two records agree on a rule's columns, none of them missing, and share a value of each any(list). */
export function agrees(rule: readonly string[], l: Row, r: Row): boolean {
  return rule.every((column) => {
    const [, list] = /^any\((.*)\)$/.exec(column) ?? [];
    return holds(list === undefined ? { exact: column } : { intersect: list, at_least: 1 }, l, r) === true;
  });
}
