declare const year: unique symbol;
declare const month: unique symbol;

/** A financial year, by the calendar year in which its April lies: 2023 is April 2023 to March 2024. */
export type FinancialYear = number & { readonly [year]: true };

/** A calendar month, "2024-01". Text order is time order. */
export type Month = string & { readonly [month]: true };

/** "2023/24" → 2023; undefined where the two parts do not follow each other. */
export function parseYear(text: string): FinancialYear | undefined {
  const [, first = "", second = ""] = /^(\d{4})\/(\d{2})$/.exec(text) ?? [];
  return first !== "" && (Number(first) + 1) % 100 === Number(second)
    ? (Number(first) as FinancialYear)
    : undefined;
}

/** 2023 → "2023/24". */
export function formatYear(year: FinancialYear): string {
  return `${year}/${yearEnd(year)}`;
}

/** FYEAR, "2324", as a year. Two digits turn over in 1980: "8081" is 1980/81, "7980" 2079/80. */
export function yearFromCode(code: string): FinancialYear | undefined {
  const [, first = "", second = ""] = /^(\d{2})(\d{2})$/.exec(code) ?? [];
  if (first === "" || (Number(first) + 1) % 100 !== Number(second)) return undefined;
  return (Number(first) + (Number(first) >= 80 ? 1900 : 2000)) as FinancialYear;
}

function yearEnd(year: FinancialYear): string {
  return String((year + 1) % 100).padStart(2, "0");
}

/** "2024-01", or undefined. */
export function parseMonth(text: string): Month | undefined {
  return /^\d{4}-(0[1-9]|1[0-2])$/.test(text) ? (text as Month) : undefined;
}

/** The financial year that holds a month. */
export function yearOfMonth(month: Month): FinancialYear {
  const [y = 0, m = 1] = month.split("-").map(Number);
  return (m >= 4 ? y : y - 1) as FinancialYear;
}

/** Month number `part` of a financial year: 1 is April, 12 is March. */
export function monthOfYear(year: FinancialYear, part: number): Month {
  const calendar = part <= 9 ? { y: year, m: part + 3 } : { y: year + 1, m: part - 9 };
  return `${calendar.y}-${String(calendar.m).padStart(2, "0")}` as Month;
}
