import { fn } from "../sql/functions.ts";
import { and, cast, ident, join, literal, or, type Sql, sql } from "../sql/sql.ts";
import { absentDates, earliestBirth, nhsNumberSentinel } from "./identity.ts";

const date = (text: string): Sql => cast(literal(text), "date");

/** The date of an expression, NULL where it stands for none. */
export function knownDate(expression: Sql): Sql {
  return sql`CASE WHEN ${expression} NOT IN (${join(absentDates.map(date), sql`, `)}) THEN ${expression} END`;
}

/** A text of ten digits as a number, NULL for any other; blanks around it are no part of it. */
export function tenDigitsSql(text: Sql): Sql {
  const number = sql`trim(${text})`;
  return sql`CASE WHEN ${fn.regexMatches(number, literal("^[0-9]{10}\\z"))} THEN ${cast(number, "bigint")} END`;
}

/** SQL of `cleanNhsNumber`. `digits` is a column of `tenDigitsSql`, as arithmetic is faster than text. */
export function cleanNhsNumberSql(text: Sql, digits: Sql): Sql {
  const number = sql`trim(${text})`;
  const digit = (i: number) => fn.modulo(fn.integerDivide(digits, literal(10 ** (9 - i))), literal(10));
  const sum = join(
    Array.from({ length: 10 }, (_, i) => sql`${digit(i)} * ${literal(10 - i)}`),
    sql` + `,
  );
  return sql`CASE WHEN ${fn.modulo(sql`(${sum})`, literal(11))} = 0
    AND reverse(${number}) <> ${number} AND ${number} <> ${literal(nhsNumberSentinel)} THEN ${number} END`;
}

/** SQL of `cleanBirthDate`, given whether the birth lies after the record's known end. */
export function cleanBirthDateSql(birth: Sql, isAfterEnd: Sql): Sql {
  return sql`CASE WHEN ${birth} >= ${date(earliestBirth)} AND NOT ${isAfterEnd} THEN ${birth} END`;
}

/** Whether a birth lies after the end of its record; FALSE where one of them is not known. */
export function isAfterEndSql(birth: Sql, end: Sql): Sql {
  return sql`coalesce(${birth} > ${knownDate(end)}, FALSE)`;
}

/** SQL of `cleanSex`. */
export function cleanSexSql(text: Sql): Sql {
  return sql`CASE WHEN ${text} IN ('1', '2') THEN ${text} END`;
}

/** SQL of `cleanPostcode`. */
export function cleanPostcodeSql(text: Sql): Sql {
  const postcode = sql`upper(replace(${text}, ' ', ''))`;
  return sql`CASE WHEN ${fn.regexMatches(postcode, literal("^[A-Z][A-Z0-9]{1,3}[0-9][A-Z]{2}\\z"))}
      AND ${fn.substring(postcode, literal(1), literal(2))} <> 'ZZ' THEN ${postcode} END`;
}

/** SQL of `cleanText`. */
export function cleanTextSql(text: Sql): Sql {
  return sql`nullif(trim(${text}), '')`;
}

/** SQL of `agreeInPart`; FALSE or NULL where they do not. */
export function agreeInPartSql(a: Sql, b: Sql): Sql {
  const same = (part: (d: Sql) => Sql, other = part) => sql`${part(a)} = ${other(b)}`;
  const [year, month, day] = [same(fn.yearOf), same(fn.monthOf), same(fn.dayOf)];
  return or([
    and([year, month]),
    and([month, day]),
    and([year, day]),
    and([year, same(fn.monthOf, fn.dayOf), same(fn.dayOf, fn.monthOf)]),
  ]);
}

/** Whether a date is 1 January. */
export function isFirstOfJanuarySql(of: Sql): Sql {
  return sql`(${fn.monthOf(of)} = 1 AND ${fn.dayOf(of)} = 1)`;
}

/** Whether two expressions are equal, NULL equal to NULL. */
function isSame(a: Sql, b: Sql): Sql {
  return sql`${a} IS NOT DISTINCT FROM ${b}`;
}

/** Whether two tables agree on all these columns, NULL equal to NULL. */
export function sameOn(left: string, right: string, columns: readonly string[]): Sql {
  return join(
    columns.map((column) => isSame(ident(left, column), ident(right, column))),
    sql` AND `,
  );
}
