import { hesOp } from "../catalogue/hes-op.ts";
import type { Copy } from "../sql/operation.ts";
import { ident, literal, type Sql, sql } from "../sql/sql.ts";
import { type Day, dateOf } from "./calendar.ts";
import { procedures, specialties } from "./codes.ts";
import { homeOn } from "./households.ts";
import { recordKey } from "./keys.ts";
import { codeAt } from "./packed.ts";
import { ageColumns, patientColumns } from "./patient-columns.ts";
import { areaOf } from "./places.ts";
import type { HesRelease, Plan } from "./plan.ts";
import { providerColumns, trustOf } from "./providers.ts";
import { identified } from "./quality.ts";
import { type SlotKind, slotsOf } from "./slots.ts";
import { arrived, hesFileName, textFile } from "./text-file.ts";

const slots: SlotKind = {
  purpose: "appointment",
  scaled: false,
  widths: [
    { share: 0.6, days: 365 },
    { share: 0.3, days: 120 },
    { share: 0.1, days: 30 },
  ],
  narrowest: 4,
};

/** Appointments on the days `from` to `to`. Out: one row each, the person's columns, `record`, `day`, `trust`. */
export function appointments(plan: Plan, from: Day, to: Day): Sql {
  const { draw } = plan;
  const record = ident("record");
  return sql`SELECT *, event AS record,
  slot_start + ${draw.pick(ident("event"), ident("width"), "appointment day")} AS day,
  ${trustOf(plan, record, areaOf(plan, homeOn(plan, ident("day"))), "appointment")} AS trust
FROM (${slotsOf(plan, slots, from, to)})
WHERE ${draw.chance(ident("event"), 0.36, "appointment happens")}
  AND day BETWEEN ${literal(from)} AND ${literal(to)} AND day >= birth AND coalesce(day <= death, TRUE)`;
}

/** One row per appointment of a release, attended or not, key ATTENDKEY, in order of persons. */
export function outpatientFile(plan: Plan, release: HesRelease): Copy {
  const { year, part, first, last } = release;
  const { draw } = plan;
  const record = ident("record");
  return textFile({
    id: `HES OP ${year} part ${part}`,
    file: hesFileName("OP", release),
    dataSet: hesOp,
    shape: "hes-op-supplier",
    known: { ...patientColumns(plan, release), ...appointmentColumns(plan) },
    source: sql`SELECT *, ${dateOf(ident("day"))} AS appointment_date,
  ${draw.pick(record, 100, "attended")} AS fate,
  CASE WHEN fate < 78 THEN '5' WHEN fate < 81 THEN '6' WHEN fate < 88 THEN '3' WHEN fate < 94 THEN '2' WHEN fate < 99 THEN '4' ELSE '7' END AS attended,
  fate < 81 AS seen, ${draw.chance(record, 0.32, "first")} AS is_first,
  ${draw.chance(record, 0.82, "request known")} AS requested, ${draw.pick(record, 180, "request")} AS waited,
  ${codeAt(specialties, draw.pick(record, specialties.count, "clinic"))} AS specialty,
  CASE WHEN seen AND ${draw.chance(record, 0.2, "clinic procedure")} THEN ${codeAt(procedures, draw.pick(record, procedures.count, "which"))} END AS procedure
FROM (${identified(plan, "op", arrived(plan, release, appointments(plan, first, last)))})`,
  });
}

function appointmentColumns(plan: Plan): Record<string, Sql> {
  const { draw } = plan;
  const record = ident("record");
  const kind = sql`CASE WHEN seen THEN CASE WHEN is_first THEN '1' ELSE '2' END
    ELSE CAST(CASE WHEN attended IN ('3', '7') THEN 4 WHEN attended = '2' THEN 7 ELSE 10 END + CAST(NOT is_first AS INTEGER) AS VARCHAR) END`;
  return {
    ...providerColumns(plan, record),
    ...ageColumns(ident("appointment_date"), "APPTAGE"),
    ATTENDKEY: recordKey(plan, "op", ident("day"), record),
    ATTENDKEY_FLAG: literal(1),
    APPTDATE: ident("appointment_date"),
    ATENTYPE: kind,
    ATTENDANCE: sql`CAST(seen AS INTEGER)`,
    ATTENDED: ident("attended"),
    ATTENDID: sql`('A' || lpad(CAST(record % 10000000000 AS VARCHAR), 11, '0'))`,
    DIAG_3_01: literal("R69"),
    DIAG_3_CONCAT: literal("R69"),
    DIAG_4_01: literal("R69X"),
    DIAG_4_CONCAT: literal("R69X"),
    DIAG_COUNT: literal(1),
    DNADATE: sql`CASE WHEN attended IN ('2', '3') THEN appointment_date END`,
    FIRSTATT: sql`CASE WHEN is_first THEN '1' ELSE '2' END`,
    LOCCLASS: literal("01"),
    MAINSPEF: ident("specialty"),
    TRETSPEF: ident("specialty"),
    OPERTN_3_01: sql`coalesce(left(procedure, 3), '-')`,
    OPERTN_3_CONCAT: sql`coalesce(left(procedure, 3), '-')`,
    OPERTN_4_01: sql`coalesce(procedure, '-')`,
    OPERTN_4_CONCAT: sql`coalesce(procedure, '-')`,
    OPERTN_COUNT: sql`CASE WHEN procedure IS NOT NULL THEN 1 END`,
    OUTCOME: sql`CASE WHEN seen THEN CAST(1 + ${draw.pick(record, 3, "outcome")} AS VARCHAR) END`,
    PREFERER: sql`('R' || lpad(CAST(${draw.pick(record, 90_000, "referrer")} AS VARCHAR), 7, '0'))`,
    PRIORITY: sql`CASE ${draw.pick(record, 10, "priority")} WHEN 0 THEN '2' WHEN 1 THEN '3' ELSE '1' END`,
    REFERORG: sql`CASE WHEN ${draw.chance(record, 0.87, "referring")} THEN practice END`,
    REFSOURC: sql`CASE ${draw.pick(record, 5, "source")} WHEN 0 THEN '05' WHEN 1 THEN '11' ELSE '03' END`,
    REQDATE: sql`CASE WHEN requested THEN appointment_date - waited ELSE DATE '1800-01-01' END`,
    SERVTYPE: sql`CASE WHEN procedure IS NOT NULL THEN '2' ELSE '1' END`,
    STAFFTYP: literal("03"),
    WAIT_IND: sql`CASE WHEN requested THEN '0' ELSE '1' END`,
    WAITING: sql`CASE WHEN requested THEN waited END`,
  };
}
