import { ident, literal, type Sql, sql } from "../sql/sql.ts";
import type { Plan } from "./plan.ts";

/** Sizes of five households among twelve persons; a block of twelve has one of these patterns. */
const patterns = [
  [1, 1, 2, 4, 4],
  [1, 2, 2, 3, 4],
  [1, 1, 2, 3, 5],
  [2, 2, 2, 3, 3],
] as const;

/** Persons in a block, and households in it. */
export const blockPersons = 12;
export const blockHouseholds = 5;

/** Per pattern and person, one digit each: the household in the block, the place in it, its size. */
export const blockDigits = {
  household: digits((size, household) => String(household).repeat(size)),
  place: digits((size) => "01234".slice(0, size)),
  size: digits((size) => String(size).repeat(size)),
};

export const patternCount = patterns.length;

function digits(write: (size: number, household: number) => string): string {
  return patterns.map((sizes) => sizes.map(write).join("")).join("");
}

/** How far back an address is known, in days; the oldest one lasts since ever. */
const historyDays = 3_653;

/** Days between two moves of a household, INTEGER: five years or longer; on average 10 % move in a year. */
function moveInterval({ draw }: Plan, household: Sql): Sql {
  return sql`CAST(1826 / greatest(${draw.uniform(household, "move rate")}, 0.02) AS INTEGER)`;
}

function movePhase(plan: Plan, household: Sql): Sql {
  return sql`CAST(${plan.draw.uniform(household, "move phase")} * ${moveInterval(plan, household)} AS INTEGER)`;
}

/** Number of the address a household lives at on a day, 0 for the oldest, INTEGER. */
export function addressNumber(plan: Plan, household: Sql, day: Sql): Sql {
  const since = sql`(${day} - ${literal(plan.first - historyDays)} + ${movePhase(plan, household)})`;
  return sql`greatest(0, ${since} // ${moveInterval(plan, household)})`;
}

/** The first day of an address other than the oldest. */
export function addressStart(plan: Plan, household: Sql, address: Sql): Sql {
  return sql`(${address} * ${moveInterval(plan, household)} - ${movePhase(plan, household)} + ${literal(plan.first - historyDays)})`;
}

/** Number of the postcode of a household's address, INTEGER below the plan's `postcodes`. */
export function addressPostcode({ draw, postcodes }: Plan, household: Sql, address: Sql): Sql {
  return draw.pick(sql`(CAST(${household} AS BIGINT) * 64 + ${address})`, postcodes, "address");
}

/** Where a person lives on a day: the number of the postcode, of an establishment or the household's address. */
export function homeOn(plan: Plan, day: Sql): Sql {
  const household = ident("household");
  return sql`coalesce(communal, ${addressPostcode(plan, household, addressNumber(plan, household, day))})`;
}
