import { type Diagnostic, diagnostic, nearest } from "../../base/diagnostics.ts";
import type { Copy, Measure } from "../../sql/operation.ts";
import { as, columnsOf, join, type Sql, sql } from "../../sql/sql.ts";
import type { CheckContext, CompiledStep, InputRequest, StepContext, StepKind } from "../step-kind.ts";
import { linkedColumns, memberColumns, reportColumns } from "./columns.ts";
import { type CombineSpec, combineSchema, read } from "./combine-spec.ts";
import { linkedTable, modelTables, reportTable } from "./compile-linked.ts";

/**
 * Puts together what rules and a model linked: one row for each person who was looked for, with the quality of the link.
 *
 * Outputs: `linked`, `members` (the history of customers' lists), `report` (counts).
 */
export const combineKind: StepKind<CombineSpec> = {
  kind: "combine",
  about: "Puts together what rules and a model linked: one row a person, with the quality of the link.",
  schema: combineSchema,
  home: "links",
  inputs,
  check,
  compile,
};

function inputs({ rules, model }: CombineSpec): Record<string, InputRequest> {
  const of = (step: string, output: string): InputRequest => ({ from: "result", step, output });
  return {
    [read.rules]: of(rules, "links"),
    [read.members]: of(rules, "members"),
    [read.intake]: of(rules, "intake"),
    ...(model === undefined
      ? {}
      : {
          [read.left]: of(rules, "left"),
          [read.right]: of(rules, "right"),
          [read.scored]: of(model, "links"),
        }),
  };
}

function check(spec: CombineSpec, { at, earlier }: CheckContext): Diagnostic[] {
  const named = (key: "rules" | "model", kind: string) => {
    const name = spec[key];
    if (name === undefined || earlier[name] === kind) return [];
    const known = Object.keys(earlier).filter((id) => earlier[id] === kind);
    const params = { what: `${kind} step`, name, near: nearest(name, known), known };
    return [diagnostic("spec/unknown-name", at(key), params)];
  };
  return [...named("rules", "deterministic"), ...named("model", "match")];
}

function compile(spec: CombineSpec, { earlier }: StepContext): CompiledStep {
  const { model, keep, at_least, least_margin } = spec;
  const names = (columns: Copy["columns"]) => columnsOf(columns.map(({ name }) => name));
  return {
    operations: [
      ...(model === undefined ? [] : modelTables(spec)),
      linkedTable(model !== undefined),
      reportTable(),
      parquet(
        "linked",
        sql`SELECT ${names(linkedColumns)} FROM linked_person ORDER BY left_id`,
        linkedColumns,
      ),
      parquet(
        "members",
        sql`SELECT ${names(memberColumns)} FROM members ORDER BY side, reference, record_start_date, record_end_date NULLS LAST`,
        memberColumns,
      ),
      parquet(
        "report",
        sql`SELECT ${names(reportColumns)} FROM report_row ORDER BY ${names(reportColumns)}`,
        reportColumns,
      ),
      measure(),
    ],
    outputs: {
      linked: { columns: linkedColumns, files: ["linked.parquet"] },
      members: { columns: memberColumns, files: ["members.parquet"] },
      report: { columns: reportColumns, files: ["report.parquet"] },
    },
    facts: {
      ...earlier[spec.rules]?.facts,
      ...(model === undefined ? {} : { model: { keep, at_least, least_margin } }),
    },
  };
}

function parquet(id: string, query: Sql, columns: Copy["columns"]): Copy {
  return { kind: "copy", id, query, columns, file: `${id}.parquet`, as: { format: "parquet" } };
}

/** How many were looked for, and what linked them. */
function measure(): Measure {
  const by = (step: string) =>
    as(sql`count(CASE WHEN match_step = ${{ kind: "literal", value: step }} THEN 1 END)`, `by_${step}`);
  return {
    kind: "measure",
    id: "linked",
    query: sql`SELECT ${join([sql`count(*) AS looked_for`, by("rules"), by("model"), by("none")])}
FROM linked_person`,
  };
}
