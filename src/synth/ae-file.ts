import { hesAe } from "../catalogue/hes-ae.ts";
import type { Copy } from "../sql/operation.ts";
import { ident, join, literal, type Sql, sql } from "../sql/sql.ts";
import { type Day, dateOf } from "./calendar.ts";
import { homeOn } from "./households.ts";
import { attendanceOfEvent, attendanceOfStay, recordKey } from "./keys.ts";
import { codeAt, pack } from "./packed.ts";
import { ageColumns, patientColumns } from "./patient-columns.ts";
import { areaOf } from "./places.ts";
import type { HesRelease, Plan } from "./plan.ts";
import { providerColumns, trustOf } from "./providers.ts";
import { identified } from "./quality.ts";
import { eventNumber, type SlotKind, slotsOf } from "./slots.ts";
import { divided, stays } from "./stays.ts";
import { arrived, hesFileName, textFile } from "./text-file.ts";

const slots: SlotKind = {
  purpose: "attendance",
  scaled: false,
  widths: [
    { share: 0.85, days: 900 },
    { share: 0.13, days: 150 },
    { share: 0.02, days: 40 },
  ],
  narrowest: 4,
};

/** Conditions, investigations and treatments of the A&E code lists, the frequent ones more than once. */
const conditions = pack("38 38 38 01 01 03 06 06 05 08 10 14 20 21 23 25 26 35".split(" "));
const bodyAreas = pack("36 22 04 00 01 14 18 21 27 31".split(" "));
const sides = pack([..."LLRR8B"]);
const investigations = pack("01 24 24 02 03 05 06 99".split(" "));
const treatments = pack("22 22 99 27 30 01 04 02".split(" "));

/**
 * Emergency attendances on the days `from` to `to`: those that led to a stay, those that did not, and a
 * last one of most persons who die outside hospital.
 *
 * Out: one row each, the person's columns, `record`, `day`, `trust`; `first_episode` (its number) and
 * `first_finish` (its last day) where a stay followed, else NULL.
 */
export function attendances(plan: Plan, from: Day, to: Day): Sql {
  const { draw } = plan;
  const event = ident("event");
  const columns = sql`person, household, birth, sex, ethnos, communal, nhs, nhs2, trust, record, day, first_episode, first_finish`;
  const admitted = sql`SELECT *, ${attendanceOfStay(ident("stay"))} AS record, admitted AS day, stay * 4 AS first_episode,
  admitted + (discharged - admitted) // episodes AS first_finish
FROM (${divided(plan, stays(plan, from, to))}) WHERE via_emergency AND admitted BETWEEN ${literal(from)} AND ${literal(to)}`;
  const alone = (day: Sql, source: Sql) => sql`SELECT *, ${attendanceOfEvent(event)} AS record, ${day} AS day,
  ${trustOf(plan, event, areaOf(plan, homeOn(plan, ident("day"))), "attendance")} AS trust,
  CAST(NULL AS BIGINT) AS first_episode, CAST(NULL AS INTEGER) AS first_finish
FROM (${source})
WHERE day BETWEEN ${literal(from)} AND ${literal(to)} AND day >= birth AND coalesce(day <= death, TRUE)`;
  const drawn = alone(
    sql`slot_start + ${draw.pick(event, ident("width"), "attendance day")}`,
    sql`SELECT * FROM (${slotsOf(plan, slots, from, to)}) WHERE ${draw.chance(event, 0.36, "attendance happens")}`,
  );
  const dying = alone(
    sql`death - ${draw.pick(event, 60, "last attendance")}`,
    sql`SELECT *, ${eventNumber(literal(1))} AS event FROM synth_person WHERE active AND death IS NOT NULL AND NOT dies_in_hospital`,
  );
  return join(
    [admitted, drawn, dying].map((source) => sql`SELECT ${columns} FROM (${source})`),
    sql` UNION ALL `,
  );
}

/** One row per attendance of a release, key AEKEY, in order of persons: the admitted, then the others. */
export function emergencyFile(plan: Plan, release: HesRelease): Copy {
  const { year, part, first, last } = release;
  const { draw } = plan;
  const record = ident("record");
  return textFile({
    id: `HES A&E ${year} part ${part}`,
    file: hesFileName("AE", release),
    dataSet: hesAe,
    shape: "hes-ae-supplier",
    known: { ...patientColumns(plan, release), ...attendanceColumns(plan, release) },
    source: sql`SELECT *, ${dateOf(ident("day"))} AS arrival_date, first_episode IS NOT NULL AS admitted_after,
  ${draw.pick(record, 1440, "arrival")} AS arrival, ${draw.pick(record, 20, "initial")} AS initial_minutes,
  initial_minutes + ${draw.pick(record, 100, "treated")} AS treated_minutes, treated_minutes + ${draw.pick(record, 90, "concluded")} AS concluded_minutes,
  concluded_minutes + ${draw.pick(record, 60, "left")} AS left_minutes,
  ${draw.uniform(record, "coded")} AS coded, ${draw.chance(record, 0.7, "investigated")} AS investigated,
  ${draw.chance(record, 0.65, "treated at all")} AS treated
FROM (${identified(plan, "ae", arrived(plan, release, attendances(plan, first, last)))})`,
  });
}

function attendanceColumns(plan: Plan, { last }: HesRelease): Record<string, Sql> {
  const { draw } = plan;
  const record = ident("record");
  const code = (codes: ReturnType<typeof pack>, purpose: string, when: Sql) =>
    sql`CASE WHEN ${when} THEN ${codeAt(codes, draw.pick(record, codes.count, purpose))} END`;
  const condition = code(conditions, "condition", sql`coded < 0.6`);
  const treatment = code(treatments, "treatment", ident("treated"));
  return {
    ...providerColumns(plan, record),
    ...ageColumns(ident("arrival_date"), "ARRIVALAGE"),
    AEKEY: recordKey(plan, "ae", ident("day"), record),
    AEKEY_FLAG: literal(1),
    EPIKEY: sql`CASE WHEN first_finish <= ${literal(last)} THEN ${recordKey(plan, "apc", ident("first_finish"), ident("first_episode"))} END`,
    AEARRIVALMODE: sql`CASE WHEN ${draw.chance(record, 0.27, "ambulance")} THEN '1' ELSE '2' END`,
    AEATTEND_EXC_PLANNED: literal(1),
    AEATTENDCAT: literal("1"),
    AEATTENDDISP: sql`CASE WHEN admitted_after THEN '01' ELSE ${codeAt(pack(["02", "03", "03", "03", "04", "05", "11", "12"]), draw.pick(record, 8, "disposal"))} END`,
    AEDEPTTYPE: sql`CASE WHEN admitted_after OR ${draw.chance(record, 0.7, "department")} THEN '01' ELSE '03' END`,
    AEINCLOCTYPE: codeAt(pack(["10", "10", "10", "60", "91", "40"]), draw.pick(record, 6, "place")),
    AEPATGROUP: codeAt(
      pack(["80", "80", "80", "60", "60", "40", "10", "20", "30"]),
      draw.pick(record, 9, "group"),
    ),
    AEREFSOURCE: codeAt(pack(["01", "01", "01", "03", "00", "08"]), draw.pick(record, 6, "referred by")),
    ARRIVALDATE: ident("arrival_date"),
    ARRIVALTIME: clock(ident("arrival")),
    INITDUR: ident("initial_minutes"),
    INITTIME: clock(sql`arrival + initial_minutes`),
    TRETDUR: ident("treated_minutes"),
    TRETTIME: clock(sql`arrival + treated_minutes`),
    CONCLDUR: ident("concluded_minutes"),
    CONCLTIME: clock(sql`arrival + concluded_minutes`),
    DEPDUR: ident("left_minutes"),
    DEPTIME: clock(sql`arrival + left_minutes`),
    DIAG2_01: condition,
    DIAG3_01: condition,
    DIAGA_01: code(bodyAreas, "body area", sql`coded < 0.33`),
    DIAGS_01: code(sides, "side", sql`coded < 0.21`),
    DIAGSCHEME: literal("01"),
    INVEST2_01: code(investigations, "investigation", ident("investigated")),
    INVEST2_02: sql`CASE WHEN ${draw.chance(record, 0.4, "second investigation")} THEN ${code(investigations, "another", ident("investigated"))} END`,
    INVESTSCHEME: literal("01"),
    TREAT2_01: treatment,
    TREAT3_01: treatment,
    TREATSCHEME: literal("01"),
    SUSLDDATE_HIS: literal("1802-01-01 00:00:00"),
  };
}

/** Minutes after midnight as hhmm; past the next midnight the clock starts anew. */
function clock(minutes: Sql): Sql {
  const day = sql`(${minutes}) % 1440`;
  return sql`(lpad(CAST((${day}) // 60 AS VARCHAR), 2, '0') || lpad(CAST((${day}) % 60 AS VARCHAR), 2, '0'))`;
}
