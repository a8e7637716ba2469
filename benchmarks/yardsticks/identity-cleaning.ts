/** The cleaning of hes-identity@1, written by hand for DuckDB. */

/** An NHS number that counts: ten digits, Modulus 11, not the same backwards, not 0123456789. */
export function cleanNumber(column: string): string {
  const text = `trim(${column})`;
  const weighted = Array.from(
    { length: 10 },
    (_, i) => `(TRY_CAST(${text} AS BIGINT) // ${10 ** (9 - i)}) % 10 * ${10 - i}`,
  );
  return `CASE WHEN regexp_full_match(${text}, '[0-9]{10}') AND ${text} <> '0123456789' AND ${text} <> reverse(${text})
    AND (${weighted.join(" + ")}) % 11 = 0 THEN ${text} END`;
}

/** A date that stands for none is NULL. */
export function realDate(column: string): string {
  return `CASE WHEN ${column} NOT IN (DATE '1800-01-01', DATE '1801-01-01', DATE '1600-01-01', DATE '1582-10-15') THEN ${column} END`;
}

/** A birth from 1895 on and not after the end, where that is known. */
export function cleanBirth(column: string, isAfterEnd: string): string {
  return `CASE WHEN ${column} >= DATE '1895-01-01' AND NOT ${isAfterEnd} THEN ${column} END`;
}

/** Male or female. */
export function cleanSex(column: string): string {
  return `CASE WHEN ${column} IN ('1', '2') THEN ${column} END`;
}

/** Capitals without blanks; no pseudo postcode. */
export function cleanPostcode(column: string): string {
  const text = `upper(replace(${column}, ' ', ''))`;
  return `CASE WHEN regexp_full_match(${text}, '[A-Z][A-Z0-9]{1,3}[0-9][A-Z]{2}') AND NOT starts_with(${text}, 'ZZ') THEN ${text} END`;
}

/** Whether two birth dates agree in part: two of day, month and year, or the year with day and month swapped. */
export function agreeInPart(a: string, b: string): string {
  return `((year(${a}) = year(${b}) AND (month(${a}) = month(${b}) OR day(${a}) = day(${b})
      OR (month(${a}) = day(${b}) AND day(${a}) = month(${b}))))
    OR (month(${a}) = month(${b}) AND day(${a}) = day(${b})))`;
}
