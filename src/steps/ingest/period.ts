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

/** What a file's name says of its period: a financial year, perhaps as far as a month, or one calendar month. */
export interface NamedPeriod {
  readonly year: FinancialYear;
  /** 1–12: the year to that month, 1 is April. 13: the provisional whole year. 99: the final one. */
  readonly part?: number;
  readonly month?: Month;
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
  const { code, year, part, month: digits } = shape.fileName?.exec(name)?.groups ?? {};
  const month = digits === undefined ? undefined : parseMonth(`${digits.slice(0, 4)}-${digits.slice(4)}`);
  if (month !== undefined) return { year: yearOfMonth(month), month };
  const coded = code === undefined ? undefined : yearFromCode(code);
  const named = coded ?? (year === undefined ? undefined : (Number(year) as FinancialYear));
  if (named === undefined) return undefined;
  return part === undefined ? { year: named } : { year: named, part: Number(part) };
}

/**
 * The one period that all sources agree on. Part 99, a whole year without a part, and a stated whole year are final;
 * months of a cumulative supply and part 13 are provisional. In a supply that is not cumulative a month is itself alone.
 *
 * Out: undefined where nothing speaks; where sources disagree, what each says.
 */
export function decidePeriod(sources: PeriodSources): ReleasePeriod | undefined | readonly string[] {
  const { supply, named, rows, stated } = sources;
  const statedYear = stated === undefined ? [] : ["year" in stated ? stated.year : yearOfMonth(stated.month)];
  const years = new Set([...statedYear, ...rows, ...(named === undefined ? [] : [named.year])]);
  const [year] = years;
  if (year === undefined) return undefined;
  const namedMonth = named === undefined ? undefined : lastMonth(named);
  const statedMonth = stated !== undefined && "month" in stated ? stated.month : undefined;
  const namesReach = named?.part !== undefined || named?.month !== undefined;
  const apart = namesReach && statedMonth !== undefined && namedMonth !== statedMonth;
  if (years.size > 1 || apart) return disagreement(sources);
  const month = statedMonth ?? namedMonth;
  if (month !== undefined) return monthPeriod(supply, year, month);
  const status = named?.part === 13 ? "provisional" : "final";
  return { from: monthOfYear(year, 1), to: monthOfYear(year, 12), status };
}

/** The month that a name reaches to; undefined where it means a whole year. */
function lastMonth({ year, part, month }: NamedPeriod): Month | undefined {
  if (month !== undefined) return month;
  return part !== undefined && part >= 1 && part <= 12 ? monthOfYear(year, part) : undefined;
}

function monthPeriod(supply: Supply, year: FinancialYear, month: Month): ReleasePeriod {
  return supply === "cumulative"
    ? { from: monthOfYear(year, 1), to: month, status: "provisional" }
    : { from: month, to: month, status: "final" };
}

function disagreement({ named, rows, stated }: PeriodSources): readonly string[] {
  const said: string[] = [];
  if (stated !== undefined) {
    said.push(`--period says ${"year" in stated ? formatYear(stated.year) : stated.month}`);
  }
  if (named !== undefined) {
    const part = named.part === undefined ? "" : ` part ${named.part}`;
    said.push(`the name says ${named.month ?? `${formatYear(named.year)}${part}`}`);
  }
  if (rows.length > 0) said.push(`the rows say ${rows.slice(0, 5).map(formatYear).join(" and ")}`);
  return said;
}
