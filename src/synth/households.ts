import { literal, type Sql, sql } from "../sql/sql.ts";
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

/**
 * Number of the address a household lives at on a day, 0 for the oldest, INTEGER. A household moves at even
 * intervals of its own, 5 years or longer; on average 10 % move in a year.
 */
export function addressNumber({ draw, first }: Plan, household: Sql, day: Sql): Sql {
  const interval = sql`CAST(1826 / greatest(${draw.uniform(household, "move rate")}, 0.02) AS INTEGER)`;
  const phase = sql`CAST(${draw.uniform(household, "move phase")} * ${interval} AS INTEGER)`;
  const since = sql`(${day} - ${literal(first - historyDays)} + ${phase})`;
  return sql`greatest(0, ${since} // ${interval})`;
}

/** Number of the postcode of a household's address, INTEGER below the plan's `postcodes`. */
export function addressPostcode({ draw, postcodes }: Plan, household: Sql, address: Sql): Sql {
  return draw.pick(sql`(CAST(${household} AS BIGINT) * 64 + ${address})`, postcodes, "address");
}
