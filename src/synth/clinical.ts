import { as, ident, join, literal, type Sql, sql } from "../sql/sql.ts";
import { causes, comorbidities, diagnoses, procedureDetails, procedures } from "./codes.ts";
import { codeAt, type Packed } from "./packed.ts";
import type { Plan } from "./plan.ts";

/** Most diagnoses and procedures that an episode is given. */
export const mostDiagnoses = 8;
export const mostProcedures = 4;

/** Shares of episodes with at least 1, 2, … codes. Source: the artificial HES APC file. */
const diagnosesAtLeast = [1, 0.6, 0.32, 0.2, 0.12, 0.065, 0.038, 0.015];
const proceduresAtLeast = [0.62, 0.29, 0.15, 0.06];

/**
 * Adds what was wrong and what was done: `diagnosis_1` …, `diagnosis_count`, `procedure_1` …, `procedure_count`,
 * `cause` (external, for injuries). In: one row per episode with `record`, `stay` and `kind`.
 */
export function coded(plan: Plan, source: Sql): Sql {
  const { draw } = plan;
  const record = ident("record");
  const at = (codes: Packed, step: number, from: Sql) =>
    codeAt(codes, sql`(${from} + ${literal(step)}) % ${literal(codes.count)}`);
  const further = Array.from({ length: mostDiagnoses - 1 }, (_, i) => i + 2).map((n) => {
    const second = sql`CASE kind WHEN 'M' THEN 'Z370' ELSE ${at(comorbidities, 0, ident("further"))} END`;
    const code = n === 2 ? second : at(comorbidities, (n - 2) * 5, ident("further"));
    return as(sql`CASE WHEN diagnosis_count >= ${literal(n)} THEN ${code} END`, `diagnosis_${n}`);
  });
  const beside = Array.from({ length: mostProcedures - 1 }, (_, i) => i + 2).map((n) =>
    as(
      sql`CASE WHEN procedure_count >= ${literal(n)} THEN ${at(procedureDetails, n, ident("detail"))} END`,
      `procedure_${n}`,
    ),
  );
  return sql`SELECT *,
  CASE kind WHEN 'B' THEN 'Z380' WHEN 'M' THEN 'O800' WHEN 'R' THEN 'N185' ELSE ${skewed(diagnoses, ident("diagnosis_draw"))} END AS diagnosis_1,
  ${join(further)},
  CASE WHEN procedure_count >= 1 THEN
    CASE kind WHEN 'M' THEN 'R249' WHEN 'R' THEN 'X403' ELSE ${skewed(procedures, ident("procedure_draw"))} END END AS procedure_1,
  ${join(beside)},
  CASE WHEN diagnosis_1 BETWEEN 'S' AND 'T999' THEN ${codeAt(causes, draw.pick(record, causes.count, "cause"))} END AS cause
FROM (
  SELECT *,
    ${draw.uniform(record, "diagnosis")} AS diagnosis_draw, ${draw.uniform(record, "procedure")} AS procedure_draw,
    ${draw.pick(record, comorbidities.count, "further")} AS further, ${draw.pick(record, procedureDetails.count, "detail")} AS detail,
    ${countOf(draw.uniform(record, "procedures"), proceduresAtLeast)} AS procedures,
    CASE WHEN kind = 'M' THEN 2 ELSE ${countOf(draw.uniform(record, "diagnoses"), diagnosesAtLeast)} END AS diagnosis_count,
    CASE WHEN kind = 'B' THEN 0 WHEN kind IN ('M', 'R', 'D') THEN greatest(1, procedures) ELSE procedures END AS procedure_count
  FROM (${source})
)`;
}

/** The cube of an even draw as a place in the list: the first tenth makes nearly half. */
function skewed(codes: Packed, uniform: Sql): Sql {
  return codeAt(
    codes,
    sql`CAST(floor(${literal(codes.count)} * ${uniform} * ${uniform} * ${uniform}) AS INTEGER)`,
  );
}

function countOf(uniform: Sql, atLeast: readonly number[]): Sql {
  const terms = atLeast.map((share) => sql`CAST(${uniform} < ${literal(share)} AS INTEGER)`);
  return sql`(${join(terms, sql` + `)})`;
}

/** Columns of `most` codes: three and four characters each, joined texts, the count; `none` stands for no code at all. */
export function codeColumns(prefix: string, item: string, most: number, none: Sql): Record<string, Sql> {
  const columns: Record<string, Sql> = {};
  const codes = Array.from({ length: most }, (_, i) => ident(`${item}_${i + 1}`));
  codes.forEach((code, i) => {
    const whole = i === 0 ? sql`coalesce(${code}, ${none})` : code;
    const number = String(i + 1).padStart(2, "0");
    columns[`${prefix}_4_${number}`] = whole;
    columns[`${prefix}_3_${number}`] = sql`left(${whole}, 3)`;
  });
  const list = (width: number) =>
    join(
      codes.map((code) => sql`left(${code}, ${literal(width)})`),
      sql`, `,
    );
  columns[`${prefix}_4_CONCAT`] = sql`coalesce(nullif(concat_ws(',', ${list(4)}), ''), ${none})`;
  columns[`${prefix}_3_CONCAT`] = sql`coalesce(nullif(concat_ws(',', ${list(3)}), ''), ${none})`;
  columns[`${prefix}_COUNT`] = sql`nullif(${ident(`${item}_count`)}, 0)`;
  return columns;
}
