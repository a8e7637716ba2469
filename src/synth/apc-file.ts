import { hesApc } from "../catalogue/hes-apc.ts";
import type { Copy } from "../sql/operation.ts";
import { ident, literal, type Sql, sql } from "../sql/sql.ts";
import { dateOf } from "./calendar.ts";
import { codeColumns, coded, mostDiagnoses, mostProcedures } from "./clinical.ts";
import { specialties } from "./codes.ts";
import { attendanceOfStay, recordKey, susRecordId } from "./keys.ts";
import { codeAt } from "./packed.ts";
import { ageColumns, patientColumns } from "./patient-columns.ts";
import type { HesRelease, Plan } from "./plan.ts";
import { providerColumns } from "./providers.ts";
import { identified } from "./quality.ts";
import { episodes } from "./stays.ts";
import { arrived, hesFileName, textFile } from "./text-file.ts";

/** One row per finished consultant episode of a release, key EPIKEY, in order of persons within each kind of event. */
export function apcFile(plan: Plan, release: HesRelease): Copy {
  const { year, part, first, last } = release;
  const kept = arrived(plan, release, episodes(plan, first, last));
  return textFile({
    id: `HES APC ${year} part ${part}`,
    file: hesFileName("APC", release),
    dataSet: hesApc,
    shape: "hes-apc-supplier",
    known: {
      ...patientColumns(plan, release),
      ...episodeColumns(plan, release),
      ...clinicalColumns(release),
    },
    source: sql`SELECT *, ${dateOf(ident("starts"))} AS start_date, ${dateOf(ident("admitted"))} AS admission_date,
  ${codeAt(specialties, plan.draw.pick(ident("stay"), specialties.count, "specialty"))} AS specialty
FROM (${coded(plan, identified(plan, "apc", kept))})`,
  });
}

const first = sql`(episode = 0)`;
const last = sql`(episode = episodes - 1)`;
const dead = sql`(${last} AND fatal AND part = parts - 1)`;
const leaves = sql`(${last} AND part < parts - 1)`;
const arrives = sql`(part = 1)`;
const planned = sql`(kind IN ('D', 'R', 'L'))`;

function episodeColumns(plan: Plan, { year, first: yearStart }: HesRelease): Record<string, Sql> {
  const { draw } = plan;
  const [record, stay] = [ident("record"), ident("stay")];
  const wait = draw.pick(stay, 200, "wait");
  return {
    ...providerColumns(plan, stay),
    ...ageColumns(ident("start_date"), "STARTAGE"),
    EPIKEY: recordKey(plan, "apc", ident("finishes"), record),
    AEKEY: sql`CASE WHEN via_emergency THEN ${recordKey(plan, "ae", ident("admitted"), attendanceOfStay(stay))} END`,
    SUSRECID: susRecordId(stay),
    ADMIDATE: ident("admission_date"),
    ADMIMETH: admissionMethod(plan),
    ADMISORC: sql`CASE WHEN ${arrives} THEN '51' WHEN kind = 'B' THEN '79' WHEN communal IS NOT NULL AND kind = 'E' THEN '54' ELSE '19' END`,
    CLASSPAT: sql`CASE kind WHEN 'D' THEN '2' WHEN 'R' THEN '3' WHEN 'M' THEN '5' WHEN 'B' THEN '5' ELSE '1' END`,
    DISDATE: sql`CASE WHEN ${last} THEN ${dateOf(ident("discharged"))} END`,
    DISMETH: sql`CASE WHEN ${dead} THEN '4' WHEN NOT ${last} THEN '8' WHEN ${draw.chance(stay, 0.02, "self discharge")} THEN ${literal(year < 2022 ? "2" : "6")} ELSE '1' END`,
    DISDEST: sql`CASE WHEN ${dead} THEN '79' WHEN NOT ${last} THEN '98' WHEN ${leaves} THEN '51' WHEN communal IS NOT NULL THEN '54' ELSE '19' END`,
    ELECDATE: sql`CASE WHEN ${planned} AND NOT ${arrives} THEN admission_date - ${wait} ELSE DATE '1800-01-01' END`,
    ELECDUR: sql`CASE WHEN ${planned} AND NOT ${arrives} THEN ${wait} ELSE 9998 END`,
    ELECDUR_CALC: sql`CASE WHEN ${planned} AND NOT ${arrives} THEN ${wait} END`,
    EPISTART: ident("start_date"),
    EPIEND: dateOf(ident("finishes")),
    EPIDUR: sql`finishes - starts`,
    EPIORDER: sql`episode + 1`,
    EPISTAT: literal("3"),
    EPITYPE: sql`CASE kind WHEN 'M' THEN '2' WHEN 'B' THEN '3' ELSE '1' END`,
    FAE: sql`CAST(${first} AS INTEGER)`,
    FAE_EMERGENCY: sql`CAST(${first} AND kind = 'E' AS INTEGER)`,
    FCE: literal(1),
    FDE: sql`CAST(${last} AS INTEGER)`,
    NEODUR: sql`CASE WHEN kind = 'B' THEN discharged - admitted END`,
    SPELBGIN: sql`CASE WHEN NOT ${first} THEN 0 WHEN admitted < ${literal(yearStart)} THEN 1 ELSE 2 END`,
    SPELEND: sql`CASE WHEN ${last} THEN 'Y' ELSE 'N' END`,
    SPELDUR: sql`CASE WHEN ${last} THEN discharged - admitted END`,
    SPELDUR_CALC: sql`CASE WHEN ${last} THEN discharged - admitted END`,
    WAITLIST: sql`CAST(${planned} AS INTEGER)`,
    MAINSPEF: specialty,
    TRETSPEF: specialty,
  };
}

const specialty = sql`CASE kind WHEN 'M' THEN '501' WHEN 'B' THEN '420' WHEN 'R' THEN '361' ELSE specialty END`;

/** Source: NHS Data Dictionary, ADMISSION METHOD. */
function admissionMethod({ draw }: Plan): Sql {
  const emergency = sql`CASE ${draw.pick(ident("stay"), 8, "emergency method")} WHEN 0 THEN '22' WHEN 1 THEN '24' WHEN 2 THEN '28' ELSE '21' END`;
  return sql`CASE
    WHEN ${arrives} THEN CASE WHEN kind = 'E' THEN '2B' ELSE '81' END
    WHEN kind = 'B' THEN '82' WHEN kind = 'M' THEN '31' WHEN kind = 'R' THEN '13' WHEN via_emergency THEN '21'
    WHEN kind = 'E' THEN ${emergency}
    ELSE CASE ${draw.pick(ident("stay"), 3, "elective method")} WHEN 0 THEN '12' WHEN 1 THEN '13' ELSE '11' END END`;
}

/** In an early release one diagnosis in a hundred is not coded yet. */
function clinicalColumns({ early }: HesRelease): Record<string, Sql> {
  const columns = {
    ...codeColumns("DIAG", "diagnosis", mostDiagnoses, literal("R69X")),
    ...codeColumns("OPERTN", "procedure", mostProcedures, literal("-")),
    CAUSE_4: ident("cause"),
    CAUSE_3: sql`left(cause, 3)`,
  };
  if (!early) return columns;
  const uncoded = sql`record % 100 = 0`;
  const replaced = (name: "DIAG_4_01" | "DIAG_3_01", by: string): Record<string, Sql> => ({
    [name]: sql`CASE WHEN ${uncoded} THEN ${literal(by)} ELSE ${(columns as Record<string, Sql>)[name] ?? literal(null)} END`,
  });
  return { ...columns, ...replaced("DIAG_4_01", "R69X"), ...replaced("DIAG_3_01", "R69") };
}
