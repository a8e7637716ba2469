import { ident, literal, type Sql, sql } from "../sql/sql.ts";
import type { Day } from "./calendar.ts";
import { homeOn } from "./households.ts";
import { areaOf } from "./places.ts";
import type { Plan } from "./plan.ts";
import { otherTrust, trustOf } from "./providers.ts";
import { eventNumber, type SlotKind, slotsOf } from "./slots.ts";

/**
 * Kinds of a stay: D day case, R regular day attender, L elective, E emergency, M delivery, B birth.
 */
const kindItem = ({ draw }: Plan): Sql => {
  const event = ident("event");
  return sql`CASE
    WHEN width < 30 THEN 'R'
    WHEN sex = 2 AND age BETWEEN 17 AND 44 AND ${draw.chance(event, 0.3, "delivery")} THEN 'M'
    WHEN ${draw.chance(event, 0.42, "day case")} THEN 'D'
    WHEN ${draw.chance(event, 0.18, "elective")} THEN 'L'
    ELSE 'E' END`;
};

const slots: SlotKind = {
  purpose: "stay",
  scaled: true,
  widths: [
    { share: 0.001, days: 9 },
    { share: 0.02, days: 60 },
    { share: 0.2, days: 365 },
    { share: 0.779, days: 1000 },
  ],
  narrowest: 4,
};

/** No stay is longer, in days. */
const longest = 90;

/** The last days of those who die in hospital belong to their last stay. */
const lastStay = 21;

/** A newborn's first days belong to the birth stay. */
const firstStay = 10;

/**
 * All time in hospital that touches the days `from` to `to`, as it went on without a break.
 *
 * Out: one row per event: the person's columns, `event`, `kind`, `begins`, `ends` (days) and `fatal`.
 */
function events(plan: Plan, from: Day, to: Day): Sql {
  const columns = sql`person, household, birth, sex, ethnos, communal, nhs, nhs2, event, kind, begins, ends, fatal`;
  return sql`SELECT ${columns} FROM (${slotEvents(plan, from, to)})
UNION ALL SELECT ${columns} FROM (${births(plan, from, to)})
UNION ALL SELECT ${columns} FROM (${lastStays(plan, from, to)})`;
}

function slotEvents(plan: Plan, from: Day, to: Day): Sql {
  const { draw } = plan;
  const event = ident("event");
  const likely = sql`CASE WHEN age < 17 THEN 250 WHEN age < 45 THEN 420 WHEN age < 65 THEN 560 WHEN age < 80 THEN 800 ELSE 950 END`;
  const days = (mean: number) =>
    sql`CAST(-${literal(mean)} * ln(1 - ${draw.uniform(event, "length")}) AS INTEGER)`;
  return sql`SELECT *,
  slot_start + ${draw.pick(event, ident("width"), "begins")} AS begins,
  ${kindItem(plan)} AS kind,
  CASE kind WHEN 'D' THEN 0 WHEN 'R' THEN 0 WHEN 'M' THEN ${draw.pick(event, 4, "length")} WHEN 'L' THEN 1 + ${days(2.5)}
    ELSE ${days(4.5)} * CASE WHEN ${draw.chance(event, 0.05, "long")} THEN 5 ELSE 1 END END AS drawn_days,
  least(begins + least(drawn_days, ${literal(longest)}), slot_start + width - 1) AS ends,
  FALSE AS fatal
FROM (SELECT *, (slot_start - birth) // 365 AS age FROM (${slotsOf(plan, slots, from - longest, to)}))
WHERE ${draw.pick(event, 1000, "stay happens")} < CASE WHEN width < 30 THEN 950 ELSE ${likely} END
  AND begins > birth + ${literal(firstStay)}
  AND coalesce(ends < death - CASE WHEN dies_in_hospital THEN ${literal(lastStay)} ELSE 0 END, TRUE)
  AND ends >= ${literal(from)} AND begins <= ${literal(to)}`;
}

function births(plan: Plan, from: Day, to: Day): Sql {
  const { draw } = plan;
  const person = ident("person");
  const days = sql`CASE WHEN ${draw.chance(person, 0.07, "neonatal care")} THEN 4 + ${draw.pick(person, 6, "birth stay")} ELSE ${draw.pick(person, 4, "birth stay")} END`;
  return sql`SELECT *, ${eventNumber(literal(0))} AS event, 'B' AS kind, birth AS begins,
  dies_in_hospital AND death - birth < 28 AS fatal,
  CASE WHEN fatal THEN death ELSE least(birth + ${days}, coalesce(death, birth + 10)) END AS ends
FROM synth_person
WHERE active AND birth BETWEEN ${literal(from - 30)} AND ${literal(to)} AND ends >= ${literal(from)}
  AND NOT ${draw.chance(person, 0.02, "born at home")}`;
}

function lastStays(plan: Plan, from: Day, to: Day): Sql {
  const days = plan.draw.pick(ident("person"), lastStay, "last stay");
  return sql`SELECT *, ${eventNumber(literal(1))} AS event, 'E' AS kind,
  greatest(death - ${days}, birth + ${literal(firstStay + 1)}) AS begins, death AS ends, TRUE AS fatal
FROM synth_person
WHERE dies_in_hospital AND death - birth >= 28 AND death BETWEEN ${literal(from)} AND ${literal(to + 30)}`;
}

/**
 * Stays with one provider each: an event, or the two halves of one that a transfer divides.
 *
 * Out: one row per stay: the event's columns, `stay` (BIGINT, distinct), `part` (0, 1), `parts`, `admitted`,
 * `discharged` (days), `trust`, `via_emergency` (an A&E attendance led to it).
 */
export function stays(plan: Plan, from: Day, to: Day): Sql {
  const { draw } = plan;
  const event = ident("event");
  const stay = ident("stay");
  const first = trustOf(plan, event, areaOf(plan, homeOn(plan, ident("begins"))), "stay");
  return sql`SELECT *,
  event * 2 + part AS stay,
  CASE WHEN part = 1 THEN cut ELSE begins END AS admitted,
  CASE WHEN part = 0 AND parts = 2 THEN cut ELSE ends END AS discharged,
  CAST(CASE WHEN part = 1 THEN ${otherTrust(plan, event, first, "transfer to")} ELSE ${first} END AS INTEGER) AS trust,
  kind = 'E' AND part = 0 AND ${draw.chance(stay, 0.72, "via A&E")} AS via_emergency
FROM (
  SELECT *, CAST(unnest(range(parts)) AS INTEGER) AS part FROM (
    SELECT *,
      CASE WHEN kind IN ('E', 'L') AND ends - begins >= 3 AND ${draw.chance(event, 0.07, "transfer")} THEN 2 ELSE 1 END AS parts,
      begins + 1 + ${draw.pick(event, sql`greatest(ends - begins - 1, 1)`, "transfer day")} AS cut
    FROM (${events(plan, from, to)})
  )
)`;
}

/** Adds `episodes`, how many consultants' parts a stay has. */
export function divided(plan: Plan, source: Sql): Sql {
  const draw = plan.draw.pick(ident("stay"), 100, "episodes");
  return sql`SELECT *, CASE WHEN kind NOT IN ('E', 'L') OR discharged = admitted THEN 1
    WHEN ${draw} < 76 THEN 1 WHEN ${draw} < 92 THEN 2 WHEN ${draw} < 98 THEN 3 ELSE 4 END AS episodes
FROM (${source})`;
}

/**
 * Finished consultant episodes that end in the days `from` to `to`.
 *
 * Out: one row per episode: the stay's columns, `episode` from 0, `episodes`, `starts`, `finishes` (days; an
 * episode starts on the day the one before finishes), `record` (BIGINT, distinct) and `day`, the admission.
 */
export function episodes(plan: Plan, from: Day, to: Day): Sql {
  return sql`SELECT *, stay * 4 + episode AS record, admitted AS day,
  admitted + (discharged - admitted) * episode // episodes AS starts,
  admitted + (discharged - admitted) * (episode + 1) // episodes AS finishes
FROM (
  SELECT *, CAST(unnest(range(episodes)) AS INTEGER) AS episode FROM (${divided(plan, stays(plan, from, to))})
)
WHERE finishes BETWEEN ${literal(from)} AND ${literal(to)}`;
}
