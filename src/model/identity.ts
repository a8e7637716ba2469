import type { MatchRole } from "./rule-set.ts";

/** The columns of a cleaned identity profile that rules compare, in order. All text but the birth date. */
export const profileRoles: readonly MatchRole[] = [
  "nhs_number",
  "birth_date",
  "sex",
  "postcode",
  "provider",
  "local_patient_id",
];

/** Values as rules compare them: NULL where absent, invalid or a placeholder. Dates as "2024-05-31". */
export type CleanProfile = Readonly<Record<MatchRole, string | null>>;

/** Modulus 11 passes it, and it is typed for "no number". Numbers that read the same backwards are refused with all equal digits. */
export const nhsNumberSentinel = "0123456789";

/** Earliest birth date that counts. Source: HES Patient ID, validity of DOB. */
export const earliestBirth = "1895-01-01";

/**
 * Dates that stand for "no date" in HES, all years: null and invalid of 2012/13 on, then of 1989/90 to 2011/12.
 * 1900-01-01 is not among them: that providers use it as a default is recalled, not published, and pass 3 takes no
 * 1 January. Source: HES technical output specification.
 */
export const absentDates = ["1800-01-01", "1801-01-01", "1600-01-01", "1582-10-15"] as const;

/**
 * An NHS number that counts: ten digits, check digit by Modulus 11, not the same backwards, not 0123456789.
 * Blanks around it are no part of it. Source: NHS Data Dictionary, NHS NUMBER; NHS England tracing code.
 */
export function cleanNhsNumber(text: string | null): string | null {
  const number = text?.replace(/^ +| +$/g, "") ?? "";
  if (!/^[0-9]{10}$/.test(number) || number === nhsNumberSentinel) return null;
  if (number === [...number].reverse().join("")) return null;
  const digits = [...number].map(Number);
  const sum = digits.reduce((total, digit, i) => total + digit * (10 - i), 0);
  // The check digit itself has weight 1, so a good number's sum is a multiple of 11; check digit 10 never is.
  return sum % 11 === 0 ? number : null;
}

/** A real day from 1895 on, not after the record it stands on ended (where that is known). */
export function cleanBirthDate(date: string | null, end: string | null): string | null {
  if (date === null || date < earliestBirth) return null;
  const known = end !== null && !absentDates.some((absent) => absent === end);
  return known && date > end ? null : date;
}

/** Male or female; not known and not specified agree with nothing. */
export function cleanSex(text: string | null): string | null {
  return text === "1" || text === "2" ? text : null;
}

/**
 * A postcode in the form in which postcodes are compared: capitals without blanks. Pseudo postcodes (ZZ99) and other
 * texts are none. Zeros stay: without them AB10 1CD and AB1 1CD would be one.
 * Source: HES Patient ID, validity of HOMEADD.
 */
export function cleanPostcode(text: string | null): string | null {
  const postcode = text?.replaceAll(" ", "").toUpperCase() ?? "";
  return /^[A-Z][A-Z0-9]{1,3}[0-9][A-Z]{2}$/.test(postcode) && !postcode.startsWith("ZZ") ? postcode : null;
}

/** Text without blanks around it; empty is NULL. */
export function cleanText(text: string | null): string | null {
  return text?.replace(/^ +| +$/g, "") || null;
}

/**
 * Whether two birth dates agree in part: two of year, month and day, or the year with month and day swapped.
 * Source: HES–DID linkage quality report, partial date of birth, stages 1 and 2.
 */
export function agreeInPart(a: string, b: string): boolean {
  const [y1, m1, d1] = a.split("-");
  const [y2, m2, d2] = b.split("-");
  const equal = Number(y1 === y2) + Number(m1 === m2) + Number(d1 === d2);
  return equal >= 2 || (y1 === y2 && m1 === d2 && d1 === m2);
}
