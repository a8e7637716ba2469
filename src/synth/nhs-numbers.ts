import { InvariantError } from "../base/diagnostics.ts";
import { as, ident, join, literal, type Sql, sql } from "../sql/sql.ts";
import type { Plan } from "./plan.ts";

/** Of the ten digits that may follow eight, at most one would give the check digit 10; nine are used of each eight. */
const perPrefix = 9;

/** One person in so many holds a second number, which some of their records carry. */
export const secondHolderEvery = 2_000;

/** One person in so many carries the number of somebody else. */
export const sharerEvery = 20_000;

/**
 * First eight digits of the numbers in use. The test range 999 000 0000 on where all fit it (about 440,000
 * persons); else 600 000 0000 to 665 999 9999, a range in real use, as the test range holds no more.
 */
function firstPrefix(needed: number): number {
  if (needed <= 100_000 * perPrefix) return 99_900_000;
  if (needed <= 6_600_000 * perPrefix) return 60_000_000;
  throw new InvariantError("the NHS numbers in use do not suffice for so many persons");
}

/** Index of a person's number: even and scattered; a second twin has the odd one after the first twin's. */
export function numberIndex(plan: Plan, person: Sql, secondTwin: Sql): Sql {
  const people = literal(plan.people);
  const scattered = (of: Sql) =>
    sql`2 * ((CAST(${of} AS BIGINT) * ${literal(strideOf(plan.people))}) % ${people})`;
  return sql`CASE WHEN ${secondTwin} THEN ${scattered(sql`(${person} - 1)`)} + 1 ELSE ${scattered(person)} END`;
}

/** Index of the second number of the one person in a block of `secondHolderEvery` that has two. */
export function secondIndex(plan: Plan, block: Sql): Sql {
  return sql`CAST(${literal(2 * plan.people)} + ${block} AS BIGINT)`;
}

/**
 * Select items that end in a column `name`: the NHS number at an index as BIGINT, valid under Modulus 11 and
 * never ten equal digits; NULL at NULL. Weights 10 to 2 over nine digits; source: NHS Data Dictionary, NHS NUMBER.
 */
export function numberAt(plan: Plan, index: Sql, name: string): Sql {
  const [at, prefix, rest, skipped, digit] = ["at", "prefix", "rest", "skipped", "digit"].map((part) =>
    ident(`${name}_${part}`),
  ) as [Sql, Sql, Sql, Sql, Sql];
  const first = firstPrefix(2 * plan.people + Math.ceil(plan.people / secondHolderEvery));
  const weighted = [0, 1, 2, 3, 4, 5, 6, 7].map(
    (i) => sql`((${prefix} // ${literal(10 ** (7 - i))}) % 10) * ${literal(10 - i)}`,
  );
  return join([
    sql`${index} AS ${at}`,
    sql`${literal(first)} + ${at} // ${literal(perPrefix)} AS ${prefix}`,
    sql`(${join(weighted, sql` + `)}) % 11 AS ${rest}`,
    sql`((12 - ${rest}) * 6) % 11 AS ${skipped}`,
    sql`${at} % ${literal(perPrefix)} + CAST(${at} % ${literal(perPrefix)} >= ${skipped} AS BIGINT) AS ${digit}`,
    as(sql`${prefix} * 100 + ${digit} * 10 + (11 - (${rest} + 2 * ${digit}) % 11) % 11`, name),
  ]);
}

/** A multiplier without common factor, near the golden section so that neighbours lie far apart. */
function strideOf(people: number): number {
  let stride = Math.max(1, Math.floor(people * 0.618));
  while (gcd(stride, people) !== 1) stride++;
  return stride;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
