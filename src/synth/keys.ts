import { literal, type Sql, sql } from "../sql/sql.ts";
import { dayOf } from "./calendar.ts";
import type { Plan } from "./plan.ts";
import { lookBack } from "./slots.ts";

/** 25 bits for persons, 11 for slots, 3 for stay and episode; as 12 digits they leave room for a first digit above 2. */
const mask = (1n << 39n) - 1n;

/** Odd, so that multiplying permutes the numbers of 39 bits; below 2²³, so that the product is a BIGINT. */
const multiplier = 5_851_949n;

/** A number below 2³⁹, scattered one to one over that range. */
function scattered(number: Sql): Sql {
  return sql`((${number} * ${literal(multiplier)}) & ${literal(mask)})`;
}

/** Tables with keys of their own; the constants keep equal numbers of two tables apart. */
const marks = { apc: 0n, op: 0x2a5c39b7d1n, ae: 0x13f0e8a465n, cc: 0x3c7716d28bn } as const;

/** The first day of the financial year 2021/22, when keys became longer. */
const longerFrom = dayOf(2021, 4, 1);

/** The key of a record that is dated by `day`: 12 digits to 2020/21, 19 from 2021/22. Distinct for distinct numbers. */
export function recordKey({ first, last }: Plan, table: keyof typeof marks, day: Sql, number: Sql): Sql {
  const key = scattered(sql`xor(${number}, ${literal(marks[table])})`);
  const short = sql`(300000000000 + ${key})`;
  const long = sql`(1000000000000000000 + ${key} * 7000003)`;
  if (last < longerFrom) return short;
  // An attendance just before the first year may lead to a stay in it.
  if (first - lookBack >= longerFrom) return long;
  return sql`CASE WHEN ${day} < ${literal(longerFrom)} THEN ${short} ELSE ${long} END`;
}

/** SUS record id: 14 digits, one per stay with a provider. */
export function susRecordId(stay: Sql): Sql {
  return sql`(10000000000000 + ${scattered(stay)} * 100)`;
}

/** Number of the emergency attendance that led to a stay. */
export function attendanceOfStay(stay: Sql): Sql {
  return sql`(${stay} * 4)`;
}

/** Number of an emergency attendance without a stay: never that of one with. */
export function attendanceOfEvent(event: Sql): Sql {
  return sql`(${event} * 8 + 7)`;
}
