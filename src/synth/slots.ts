import { ident, literal, type Sql, sql } from "../sql/sql.ts";
import type { Day } from "./calendar.ts";
import type { Plan } from "./plan.ts";

/**
 * Time of a person cut into slots of one width, each with one event at most: events of a person never overlap,
 * and those of any span of days can be made without those before. Widths and offsets are the person's own.
 */
export interface SlotKind {
  readonly purpose: string;
  /** Whether the plan's intensity of hospital use narrows the slots. */
  readonly scaled: boolean;
  /** Shares of persons, adding up to 1, and the width of their slots in days, at an intensity of 1. */
  readonly widths: readonly { readonly share: number; readonly days: number }[];
  /** No slot is narrower, in days. */
  readonly narrowest: number;
}

/** The slot numbers in use begin here; lower ones stand for events that are not drawn by slot. */
const firstSlot = 2;

/** Days before the first year that may still hold the beginning of an event of it. */
export const lookBack = 120;

/** Width of a person's slots in days, INTEGER. */
function widthOf({ draw, intensity }: Plan, { purpose, scaled, widths, narrowest }: SlotKind): Sql {
  let upTo = 0;
  const cases = widths.map(({ share, days }) => {
    upTo += share;
    const width = literal(Math.max(narrowest, Math.round(days / (scaled ? intensity : 1))));
    return sql`WHEN width_draw < ${literal(upTo)} THEN ${width} `;
  });
  const text = cases.reduce((a, b) => sql`${a}${b}`);
  return sql`${draw.uniform(ident("person"), `${purpose} width`)} AS width_draw, CAST(CASE ${text}ELSE ${literal(narrowest)} END AS INTEGER) AS width`;
}

/**
 * The slots of active persons that touch the days `from` to `to`.
 *
 * Out: one row per person and slot in order of persons: the person's columns, `slot` (a number from 2),
 * `width`, `slot_start` and `event` (BIGINT, distinct over persons and slots).
 */
export function slotsOf(plan: Plan, kind: SlotKind, from: Day, to: Day): Sql {
  const origin = literal(plan.first - lookBack);
  const offset = plan.draw.pick(ident("person"), ident("width"), `${kind.purpose} offset`);
  return sql`SELECT *,
  ${origin} - slot_offset + width * (slot - ${literal(firstSlot)}) AS slot_start,
  ${eventNumber(ident("slot"))} AS event
FROM (
  SELECT *, CAST(unnest(range(
    ${literal(firstSlot)} + (${literal(from)} - ${origin} + slot_offset) // width,
    ${literal(firstSlot + 1)} + (${literal(to)} - ${origin} + slot_offset) // width)) AS INTEGER) AS slot
  FROM (
    SELECT *, ${widthOf(plan, kind)}, ${offset} AS slot_offset
    FROM synth_person
    WHERE active AND birth <= ${literal(to)} AND coalesce(death >= ${literal(from)}, TRUE)
  )
)`;
}

/** Number of an event of a person, BIGINT: 2,048 slots, which at 4 days or more serve twenty years. */
export function eventNumber(slot: Sql): Sql {
  return sql`(CAST(person AS BIGINT) * 2048 + ${slot})`;
}
