import type { Shape, Supply } from "../../catalogue/dataset.ts";
import {
  type FinancialYear,
  formatYear,
  type Month,
  monthOfYear,
  parseMonth,
  parseYear,
  yearFromCode,
  yearOfMonth,
} from "../../model/period.ts";
import type { ReleasePeriod } from "../../model/release.ts";

/** What a file's name says of its period. A year such as 2021 is read both ways until something else decides. */
export interface NamedPeriod {
  readonly years: readonly FinancialYear[];
  /** 1–12: as far as that month of the year. 13, 99: the whole year. */
  readonly part?: number;
}

/** Everything that speaks of a file's period. */
export interface PeriodSources {
  readonly supply: Supply;
  readonly named: NamedPeriod | undefined;
  /** Years of the file's own year field, without repeats. */
  readonly rows: readonly FinancialYear[];
  readonly stated: StatedPeriod | undefined;
}

/** `--period`: a financial year, or one month. */
export type StatedPeriod = { readonly year: FinancialYear } | { readonly month: Month };

/** "2023/24" or "2024-01"; undefined where it is neither. */
export function parseStatedPeriod(text: string): StatedPeriod | undefined {
  const year = parseYear(text);
  if (year !== undefined) return { year };
  const month = parseMonth(text);
  return month === undefined ? undefined : { month };
}

/** The period in a file's name; undefined where the shape's pattern does not find one. */
export function periodInName(name: string, shape: Shape): NamedPeriod | undefined {
  const { year, part } = shape.fileName?.exec(name)?.groups ?? {};
  if (year === undefined) return undefined;
  const coded = yearFromCode(year);
  const calendar = /^(19|20)\d{2}$/.test(year) ? [Number(year) as FinancialYear] : [];
  const codes = coded === undefined ? [] : [coded];
  const years = part === undefined ? [...codes, ...calendar] : [...calendar, ...codes];
  return years.length === 0 ? undefined : { years, ...(part === undefined ? {} : { part: Number(part) }) };
}

/**
 * The one period that all sources agree on. Part 99, a whole year without a part, and a stated whole year are final;
 * months of a cumulative supply and part 13 are provisional. In a supply that is not cumulative a month is itself alone.
 *
 * Out: undefined where nothing speaks; where sources disagree, what each says.
 */
export function decidePeriod(sources: PeriodSources): ReleasePeriod | undefined | readonly string[] {
  const { named, rows, stated } = sources;
  const statedYear =
    stated === undefined ? undefined : "year" in stated ? stated.year : yearOfMonth(stated.month);
  const opinions = [
    ...(statedYear === undefined ? [] : [[statedYear]]),
    ...rows.map((year) => [year]),
    ...(named === undefined ? [] : [named.years]),
  ];
  const [first] = opinions;
  if (first === undefined) return undefined;
  const year = first.find((candidate) => opinions.every((years) => years.includes(candidate)));
  if (year === undefined) return disagreement(sources, statedYear);
  const part = named?.part;
  if (stated !== undefined && "month" in stated) {
    const inName = part !== undefined && part <= 12 ? monthOfYear(year, part) : stated.month;
    if (inName !== stated.month || (part !== undefined && part > 12)) {
      return [`--period says ${stated.month}`, `the name says part ${part} of ${formatYear(year)}`];
    }
    return monthPeriod(sources.supply, year, stated.month);
  }
  if (part !== undefined && part <= 12)
    return monthPeriod(sources.supply, year, monthOfYear(year, Math.max(part, 1)));
  return {
    from: monthOfYear(year, 1),
    to: monthOfYear(year, 12),
    status: part === 13 ? "provisional" : "final",
  };
}

function monthPeriod(supply: Supply, year: FinancialYear, month: Month): ReleasePeriod {
  return supply === "cumulative"
    ? { from: monthOfYear(year, 1), to: month, status: "provisional" }
    : { from: month, to: month, status: "final" };
}

function disagreement({ named, rows }: PeriodSources, stated: FinancialYear | undefined): readonly string[] {
  const years = (list: readonly FinancialYear[]) => list.slice(0, 5).map(formatYear).join(" and ");
  return [
    ...(stated === undefined ? [] : [`--period says ${formatYear(stated)}`]),
    ...(named === undefined ? [] : [`the name says ${years(named.years)}`]),
    ...(rows.length === 0 ? [] : [`the rows say ${years(rows)}`]),
  ];
}
