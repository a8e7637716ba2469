import { ident, literal, type Sql, sql } from "../sql/sql.ts";
import { dateOf } from "./calendar.ts";
import { addressNumber, addressPostcode } from "./households.ts";
import { areaOf, placeOf, postcodeText, practiceOf } from "./places.ts";
import type { Plan } from "./plan.ts";

/** Shares of records whose identifier is not the person's own. */
export interface ErrorRates {
  /** NHS number missing (seven in ten of these) or failing its check digit. */
  readonly nhsNumber: number;
  /** Birth date wrong; seven in ten of these still agree in part. */
  readonly birth: number;
  readonly sex: number;
  /** Postcode of an earlier or a neighbouring address. */
  readonly postcode: number;
  /** Postcode missing or a placeholder. */
  readonly noPostcode: number;
}

/** The typical profile by data set. */
export const typicalRates = {
  apc: { nhsNumber: 0.01, birth: 0.004, sex: 0.001, postcode: 0.03, noPostcode: 0.005 },
  op: { nhsNumber: 0.005, birth: 0.003, sex: 0.001, postcode: 0.03, noPostcode: 0.003 },
  ae: { nhsNumber: 0.05, birth: 0.008, sex: 0.003, postcode: 0.06, noPostcode: 0.02 },
  cohort: { nhsNumber: 0.12, birth: 0.02, sex: 0.005, postcode: 0.15, noPostcode: 0.02 },
  deaths: { nhsNumber: 0.02, birth: 0.006, sex: 0.001, postcode: 0.2, noPostcode: 0.002 },
} as const satisfies Record<string, ErrorRates>;

export type Table = keyof typeof typicalRates;

/** Of the records of a person with two NHS numbers, those that carry the second. */
const secondNumberShare = 0.3;

/**
 * Adds the identifiers as a record holds them, and the areas that follow from its postcode.
 *
 * In: one row per record with `record` (BIGINT, its number), `day` and the columns of a person.
 * Out: the same rows with `r_nhs` BIGINT, `r_nhs_state` (0 right, 1 missing, 2 invalid), `r_birth` DATE, `r_sex`,
 * `r_homeadd`, `area` and `place` (NULL without a postcode) and `practice`.
 */
export function identified(plan: Plan, table: Table, source: Sql): Sql {
  const draw = drawsFor(plan, table);
  return sql`SELECT *,
  ${areaOf(plan, ident("r_postcode"))} AS area,
  ${placeOf(plan, ident("r_postcode"), ident("area"))} AS place,
  CASE WHEN r_postcode IS NOT NULL THEN ${postcodeText(ident("area"), ident("place"))}
    ELSE ${placeholder(draw.pick("placeholder", 10))} END AS r_homeadd,
  ${practiceOf(plan, areaOf(plan, ident("home")), ident("household"), ident("address"))} AS practice
FROM (
  SELECT *, ${numberItems(plan, table)}, ${birthItems(plan, table)}, ${sexItem(plan, table)}, ${postcodeItems(plan, table)}
  FROM (${source})
)`;
}

function drawsFor({ draw }: Plan, table: Table) {
  const record = ident("record");
  return { pick: (purpose: string, n: number) => draw.pick(record, n, `${table} ${purpose}`) };
}

/** A threshold for draws below a million. */
function millionths({ errorFactor }: Plan, rate: number): Sql {
  return literal(Math.round(rate * errorFactor * 1_000_000));
}

function numberItems(plan: Plan, table: Table): Sql {
  const { pick } = drawsFor(plan, table);
  const rate = typicalRates[table].nhsNumber;
  return sql`${pick("NHS number", 1_000_000)} AS nhs_draw,
  CAST(CASE WHEN nhs_draw < ${millionths(plan, rate * 0.7)} THEN 1 WHEN nhs_draw < ${millionths(plan, rate)} THEN 2 ELSE 0 END AS TINYINT) AS r_nhs_state,
  CASE WHEN nhs2 IS NOT NULL AND ${pick("second number", 1000)} < ${literal(secondNumberShare * 1000)} THEN nhs2 ELSE nhs END AS own_nhs,
  CASE r_nhs_state WHEN 0 THEN own_nhs WHEN 2 THEN own_nhs - own_nhs % 10 + (own_nhs + 1) % 10 END AS r_nhs`;
}

/**
 * Partly right: day, month or year differs, or day and month are swapped. A part is only changed to one that
 * makes a date. Wrong: all three parts differ, or a date that stands for none.
 */
function birthItems(plan: Plan, table: Table): Sql {
  const { pick } = drawsFor(plan, table);
  const wrong = sql`${pick("birth date", 1_000_000)} < ${millionths(plan, typicalRates[table].birth)}`;
  const other = sql`make_date(y - 10, m, d)`;
  return sql`${dateOf(ident("birth"))} AS true_birth,
  year(true_birth) AS y, month(true_birth) AS m, day(true_birth) AS d,
  ${pick("birth error", 100)} AS how,
  CASE WHEN NOT (${wrong}) THEN true_birth
    WHEN how >= 85 THEN make_date(1800 + how % 2, 1, 1)
    WHEN how >= 70 THEN make_date(y - 3, m % 12 + 1, d % 28 + 1)
    WHEN d > 28 OR how % 4 = 0 OR (how % 4 = 1 AND (d > 12 OR d = m)) THEN make_date(y, m, d % 28 + 1)
    WHEN how % 4 = 1 THEN make_date(y, d, m)
    WHEN how % 4 = 2 THEN make_date(y, m % 12 + 1, d)
    ELSE ${other} END AS r_birth`;
}

function sexItem(plan: Plan, table: Table): Sql {
  const { pick } = drawsFor(plan, table);
  const wrong = sql`${pick("sex", 1_000_000)} < ${millionths(plan, typicalRates[table].sex)}`;
  return sql`CASE WHEN NOT (${wrong}) THEN CAST(sex AS VARCHAR)
    WHEN ${pick("sex error", 10)} < 7 THEN CAST(3 - sex AS VARCHAR)
    ELSE substring('90', 1 + ${pick("unknown sex", 2)}, 1) END AS r_sex`;
}

function postcodeItems(plan: Plan, table: Table): Sql {
  const { pick } = drawsFor(plan, table);
  const { postcode, noPostcode } = typicalRates[table];
  const household = ident("household");
  const earlier = sql`CASE WHEN communal IS NOT NULL THEN household_postcode WHEN address > 0 THEN ${addressPostcode(plan, household, sql`(address - 1)`)} ELSE home END`;
  const neighbour = sql`(home + 1) % ${literal(plan.postcodes)}`;
  return sql`${addressNumber(plan, household, ident("day"))} AS address,
  ${addressPostcode(plan, household, ident("address"))} AS household_postcode,
  coalesce(communal, household_postcode) AS home,
  ${pick("postcode", 1_000_000)} AS postcode_draw,
  CASE WHEN postcode_draw >= ${millionths(plan, noPostcode + postcode)} THEN home
    WHEN postcode_draw >= ${millionths(plan, noPostcode)}
    THEN CASE WHEN ${pick("which postcode", 10)} < 6 AND ${earlier} <> home THEN ${earlier} ELSE ${neighbour} END
  END AS r_postcode`;
}

/** What stands where no postcode is known: nothing, or a pseudo-postcode. Source: NHS Data Dictionary, POSTCODE. */
function placeholder(kind: Sql): Sql {
  return sql`CASE ${kind} WHEN 0 THEN 'ZZ99 3VZ' WHEN 1 THEN 'ZZ99 3CZ' WHEN 2 THEN 'ZZ99 3VZ' WHEN 3 THEN 'ZZ99 3WZ' WHEN 4 THEN 'ZZ99 3WZ' WHEN 5 THEN 'ZZ99 1WZ' END`;
}

/** NHS number as ten digits. */
export const nhsNumberText: Sql = sql`CAST(r_nhs AS VARCHAR)`;

/** Status of the NHS number: verified, trace required or not present, none found. Source: NHS Data Dictionary. */
export const nhsNumberStatus: Sql = sql`CASE r_nhs_state WHEN 0 THEN '01' WHEN 1 THEN '07' ELSE '04' END`;
