import { type Sql, sql } from "../sql/sql.ts";

/** A day as a whole number, 0 is 1970-01-01: quick to draw and to compare. */
export type Day = number;

/** The day of a date of the Gregorian calendar; months 1–12. */
export function dayOf(year: number, month: number, day: number): Day {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The last day of month `part` of a financial year: 1 is April, 12 March. */
export function monthEnd(year: number, part: number): Day {
  const next = 3 + part;
  return dayOf(year + Math.floor(next / 12), (next % 12) + 1, 1) - 1;
}

/** A day in SQL as DATE. */
export function dateOf(day: Sql): Sql {
  return sql`(DATE '1970-01-01' + CAST(${day} AS INTEGER))`;
}

/** A DATE in SQL as yyyymmdd, INTEGER; the difference of two, over 10000, is completed years. */
export function ymd(date: Sql): Sql {
  return sql`CAST(year(${date}) * 10000 + month(${date}) * 100 + day(${date}) AS INTEGER)`;
}
