import type { CodeList } from "../../../catalogue/dataset.ts";
import { literal, type Sql, sql } from "../../../sql/sql.ts";
import type { Derivation } from "./derived.ts";

/** Lowest age in years of each band, with its text. */
type Bands = readonly (readonly [from: number, text: string])[];

/** Ages at the start, as each data set publishes them. */
const ageFields = [["STARTAGE"], ["APPTAGE"], ["ARRIVALAGE"], ["ACTIVAGE"]];

const fiveYears: Bands = [
  ...Array.from({ length: 18 }, (_, i) => {
    const from = i * 5;
    return [from, `${String(from).padStart(2, "0")}-${String(from + 4).padStart(2, "0")}`] as const;
  }),
  [90, "90+"],
];

const childhood: Bands = [
  [0, "0"],
  [1, "1-4"],
  [5, "5-9"],
  [10, "10-14"],
  [15, "15-17"],
  [18, "18+"],
];

const working: Bands = [
  [0, "0-15"],
  [16, "16-64"],
  [65, "65+"],
];

/**
 * The band of an age in years at the start of the activity. Both ends of a band belong to it.
 * 7001 to 7007 stand for parts of the first year of life, so they are age 0; 121 to 7000, 999 among them, and whatever
 * is above 7007 say nothing, and NULL stays NULL.
 * Source: HES technical output specification, STARTAGE.
 */
function band(bands: Bands, age: Sql): Sql {
  const arms = [...bands]
    .reverse()
    .map(([from, text]) => sql` WHEN ${age} >= ${literal(from)} THEN ${literal(text)}`);
  const baby = literal(bands[0]?.[1] ?? null);
  return sql`CASE WHEN ${age} BETWEEN 7001 AND 7007 THEN ${baby} WHEN ${age} > 120 THEN NULL${{ kind: "list", parts: arms }} END`;
}

function ageBand(name: string, bands: Bands, about: string): Derivation {
  const codes: CodeList = Object.fromEntries(bands.map(([, text]) => [text, `${text} completed years`]));
  return {
    columns: [{ name, type: "varchar", meaning: `Age at the start of the activity ${about}`, codes }],
    uses: ageFields,
    fromRecord: ([age]) => [age === undefined ? literal(null) : band(bands, age)],
  };
}

export const ageBand5 = ageBand("AGE_BAND_5", fiveYears, "in bands of five years");
export const ageBandChildren = ageBand("AGE_BAND_CHILDREN", childhood, "in bands of childhood");
export const ageBandWorking = ageBand("AGE_BAND_WORKING", working, "before, in and after working life");
