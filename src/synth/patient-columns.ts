import { ident, literal, type Sql, sql } from "../sql/sql.ts";
import { ymd } from "./calendar.ts";
import { authorityOf, careTrustOf, countyOf, healthAuthorityOf, lsoaOf, msoaOf, regionOf } from "./places.ts";
import type { HesRelease, Plan } from "./plan.ts";
import { nhsNumberStatus, nhsNumberText } from "./quality.ts";

/** Columns that all HES files share, from the columns of `identified`. */
export function patientColumns(plan: Plan, { year, part }: HesRelease): Record<string, Sql> {
  const [area, place] = [ident("area"), ident("place")];
  const two = (n: number) => String(n % 100).padStart(2, "0");
  return {
    FYEAR: literal(`${two(year)}${two(year + 1)}`),
    PARTYEAR: literal(`${year}${two(part)}`),
    NEWNHSNO: nhsNumberText,
    NHSNOIND: nhsNumberStatus,
    DOB: ident("r_birth"),
    MYDOB: sql`(lpad(CAST(month(r_birth) AS VARCHAR), 2, '0') || year(r_birth))`,
    SEX: ident("r_sex"),
    ETHNOS: ident("ethnos"),
    HOMEADD: ident("r_homeadd"),
    GPPRAC: ident("practice"),
    LSOA01: lsoaOf(plan, area, place),
    LSOA11: lsoaOf(plan, area, place),
    MSOA01: msoaOf(area, place),
    MSOA11: msoaOf(area, place),
    RESGOR: sql`coalesce(${regionOf(area)}, 'Y')`,
    RESCTY: sql`coalesce(${countyOf(area)}, 'Y')`,
    RESLADST: sql`coalesce(${authorityOf(area)}, 'Y')`,
    RESPCT_HIS: sql`coalesce(${careTrustOf(area)}, '59999')`,
    RESSTHA_HIS: sql`coalesce(${healthAuthorityOf(area)}, 'Y')`,
    PCTCODE_HIS: sql`coalesce(${careTrustOf(area)}, '59999')`,
    PCTORIG_HIS: sql`CASE WHEN area IS NULL THEN '1' ELSE '2' END`,
    PURCODE: sql`coalesce(${careTrustOf(area)} || '00', 'XMD00')`,
    PCTTREAT: careTrustOf(sql`trust * 105 // 150`),
    STHATRET: healthAuthorityOf(sql`trust * 105 // 150`),
    GORTREAT: regionOf(sql`trust * 105 // 150`),
    ADMINCAT: sql`CASE WHEN record % 53 = 0 THEN '02' ELSE '01' END`,
  };
}

/**
 * Age at an event from the recorded birth date, as HES codes it: years, 120 from there on, 7001 to 7007 under one
 * year (1 day, a week, 28, 90, 181, 272 days); NULL without a birth date. Two items: the age and its decimal form.
 */
export function ageColumns(event: Sql, name: string): Record<string, Sql> {
  const years = sql`(${ymd(event)} - ${ymd(ident("r_birth"))}) // 10000`;
  const days = sql`(${event} - r_birth)`;
  const young = (bands: readonly (string | number)[]) =>
    sql`CASE WHEN ${days} < 1 THEN ${literal(bands[0] ?? null)} WHEN ${days} < 7 THEN ${literal(bands[1] ?? null)}
      WHEN ${days} < 29 THEN ${literal(bands[2] ?? null)} WHEN ${days} < 91 THEN ${literal(bands[3] ?? null)}
      WHEN ${days} < 182 THEN ${literal(bands[4] ?? null)} WHEN ${days} < 273 THEN ${literal(bands[5] ?? null)}
      ELSE ${literal(bands[6] ?? null)} END`;
  const aged = (under: Sql, over: Sql) =>
    sql`CASE WHEN year(r_birth) <= 1801 OR ${days} < 0 THEN NULL WHEN ${years} < 1 THEN ${under} ELSE ${over} END`;
  return {
    [name]: aged(young([7001, 7002, 7003, 7004, 7005, 7006, 7007]), sql`least(${years}, 120)`),
    [`${name}_CALC`]: aged(
      young(["0.002", "0.010", "0.048", "0.167", "0.375", "0.625", "0.875"]),
      sql`CAST(least(${years}, 120) AS VARCHAR)`,
    ),
  };
}
