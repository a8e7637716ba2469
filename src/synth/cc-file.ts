import { hesCc } from "../catalogue/hes-cc.ts";
import type { Copy } from "../sql/operation.ts";
import { ident, literal, type Sql, sql } from "../sql/sql.ts";
import { type Day, dateOf } from "./calendar.ts";
import { recordKey, susRecordId } from "./keys.ts";
import { patientColumns } from "./patient-columns.ts";
import type { HesRelease, Plan } from "./plan.ts";
import { trustCode } from "./providers.ts";
import { episodes } from "./stays.ts";
import { arrived, hesFileName, textFile } from "./text-file.ts";

/** Of the overnight episodes, those with intensive care; that is about 2 % of all. */
const share = 0.04;

/** Critical care periods of the episodes that end in the days: the episode's columns, `care_from`, `care_to`. */
export function criticalCare(plan: Plan, from: Day, to: Day): Sql {
  const { draw } = plan;
  const record = ident("record");
  return sql`SELECT *, starts + ${draw.pick(record, sql`(finishes - starts)`, "care begins")} AS care_from,
  least(finishes, care_from + 1 + ${draw.pick(record, 12, "care days")}) AS care_to
FROM (${episodes(plan, from, to)})
WHERE finishes > starts AND kind IN ('E', 'L') AND ${draw.chance(record, share, "critical care")}`;
}

/** One row per critical care period of a release, key HES_RECORD_ID; SUSRECID is that of its APC episode. */
export function criticalCareFile(plan: Plan, release: HesRelease): Copy {
  const { year, part, first, last } = release;
  const { FYEAR = literal(null), PARTYEAR = literal(null) } = patientColumns(plan, release);
  const { draw } = plan;
  const record = ident("record");
  const days = sql`(care_to - care_from)`;
  const supported = (rate: number, purpose: string) =>
    sql`CASE WHEN ${draw.chance(record, rate, purpose)} THEN ${days} ELSE 0 END`;
  const time = (purpose: string) =>
    sql`(lpad(CAST(${draw.pick(record, 24, purpose)} AS VARCHAR), 2, '0') || ':' || lpad(CAST(${draw.pick(record, 60, purpose)} AS VARCHAR), 2, '0') || ':00')`;
  const ended = sql`episode = episodes - 1`;
  return textFile({
    id: `HES CC ${year} part ${part}`,
    file: hesFileName("CC", release),
    dataSet: hesCc,
    shape: "hes-cc-supplier",
    source: arrived(plan, release, criticalCare(plan, first, last)),
    known: {
      FYEAR,
      PARTYEAR,
      ADMIDATE: dateOf(ident("admitted")),
      ACARDSUPDAYS: supported(0.2, "advanced cardiac"),
      ARESSUPDAYS: supported(0.4, "advanced respiratory"),
      BCARDSUPDAYS: supported(0.8, "basic cardiac"),
      BRESSUPDAYS: supported(0.5, "basic respiratory"),
      RENSUPDAYS: supported(0.1, "renal"),
      NEUROSUPDAYS: supported(0.1, "neurological"),
      GISUPDAYS: supported(0.3, "gastrointestinal"),
      DERMSUPDAYS: literal(0),
      LIVERSUPDAYS: literal(0),
      BESTMATCH: literal(1),
      CCADMISORC: literal("01"),
      CCADMITYPE: sql`CASE WHEN kind = 'L' THEN '04' ELSE '01' END`,
      CCDISDATE: dateOf(ident("care_to")),
      CCDISDEST: literal("02"),
      CCDISRDYDATE: dateOf(ident("care_to")),
      CCDISRDYTIME: literal("00:00:00"),
      CCDISSTAT: sql`CASE WHEN fatal AND care_to = ends THEN '08' ELSE '01' END`,
      CCDISTIME: time("discharge time"),
      CCLEV2DAYS: days,
      CCLEV3DAYS: supported(0.4, "advanced respiratory"),
      CCPERLASTFLG: literal(1),
      CCPERNUM: literal(1),
      CCPERTYPE: sql`CASE WHEN admitted - birth < 5844 THEN '02' ELSE '01' END`,
      CCSTARTDATE: dateOf(ident("care_from")),
      CCSTARTTIME: time("start time"),
      CCUNITFUN: sql`CASE WHEN admitted - birth < 5844 THEN '04' ELSE '01' END`,
      DISDATE: sql`CASE WHEN ${ended} THEN ${dateOf(ident("discharged"))} END`,
      EPIEND: dateOf(ident("finishes")),
      EPISTART: dateOf(ident("starts")),
      EPISTAT: literal("3"),
      EPITYPE: literal("61"),
      HES_RECORD_ID: recordKey(plan, "cc", ident("finishes"), record),
      ORGSUPMAX: sql`(1 + ${draw.pick(record, 3, "organs")})`,
      PROCODE: sql`(${trustCode(ident("trust"))} || '00')`,
      PROCODE3: trustCode(ident("trust")),
      PROCODE5: sql`(${trustCode(ident("trust"))} || '00')`,
      SUSRECID: susRecordId(ident("stay")),
      UNITBEDCONFIG: literal("05"),
    },
  });
}
