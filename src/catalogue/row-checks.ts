import { fn } from "../sql/functions.ts";
import { and, cast, ident, literal, literals, type Sql, sql } from "../sql/sql.ts";
import { missingDates } from "./code-lists.ts";
import type { CodeList, RowCheck } from "./dataset.ts";

const absentDates = sql`(${Object.keys(missingDates)
  .map((date) => cast(literal(date), "date"))
  .reduce((list, date) => sql`${list}, ${date}`)})`;

/** The date of a field, NULL where its value stands for "no date". */
export function known(field: string): Sql {
  return sql`CASE WHEN ${ident(field)} NOT IN ${absentDates} THEN ${ident(field)} END`;
}

/** Rejects a row whose record cannot be named. */
export function keyPresent(code: string, field: string): RowCheck {
  return {
    code,
    severity: "reject",
    field,
    about: "a record has a key",
    holds: sql`coalesce(trim(${ident(field)}), '') <> ''`,
  };
}

/** Flags a row in which one date lies after another. */
export function notAfter(code: string, earlier: string, later: string, about: string): RowCheck {
  return { code, severity: "flag", field: later, about, holds: sql`${known(earlier)} <= ${known(later)}` };
}

/** Flags a value that its code list does not have. */
export function oneOf(code: string, field: string, codes: CodeList, about: string): RowCheck {
  return flag(code, field, about, sql`${ident(field)} IN ${literals(Object.keys(codes))}`);
}

/** Flags an NHS number that is not ten digits. */
export function nhsNumberForm(code: string, field: string): RowCheck {
  return flag(code, field, "an NHS number has ten digits", matches(field, "^[0-9]{10}\\z"));
}

/** Flags a postcode that has not the form of one, pseudo postcodes included among the good ones. */
export function postcodeForm(code: string, field: string): RowCheck {
  const pattern = "^[A-Z]{1,2}[0-9][A-Z0-9]? *[0-9][A-Z]{2} *\\z";
  return flag(code, field, "a postcode has the form of one", matches(field, pattern));
}

/** Flags a row whose date lies outside the financial year that FYEAR names. */
export function inFinancialYear(code: string, field: string, about: string): RowCheck {
  const date = known(field);
  const first = sql`${fn.yearOf(date)} - CASE WHEN ${fn.monthOf(date)} < 4 THEN 1 ELSE 0 END`;
  const twoDigits = fn.padLeft(
    cast(fn.modulo(sql`(${first})`, literal(100)), "varchar"),
    literal(2),
    literal("0"),
  );
  return flag(
    code,
    field,
    about,
    sql`${twoDigits} = ${fn.substring(ident("FYEAR"), literal(1), literal(2))}`,
  );
}

/** Flags a row in which each of the conditions does not hold. */
export function flag(code: string, field: string, about: string, ...conditions: readonly Sql[]): RowCheck {
  return { code, severity: "flag", field, about, holds: and(conditions) };
}

/** Whether the field's text has the pattern. */
export function matches(field: string, pattern: string): Sql {
  return fn.regexMatches(ident(field), literal(pattern));
}
