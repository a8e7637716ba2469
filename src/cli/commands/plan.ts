import { planPipeline } from "../../engine/run/run-pipeline.ts";
import type { Plan, PlanStep } from "../../plan/plan.ts";
import type { Verb } from "../command.ts";
import { renderTable } from "../render/table.ts";
import { asAtOption, periodOption, planOption, type RunOptions, runTarget } from "./run-options.ts";

/** `dars plan FILE`: what would run and why, what is reused, how many rows come in, what leaves. */
export const planVerb: Verb = (program, answer) => {
  program
    .command("plan")
    .description("show what a run would do and why, what is reused, and what leaves; changes nothing")
    .argument("<file>", "the pipeline's YAML file")
    .option(...periodOption)
    .option(...asAtOption)
    .option(...planOption)
    .action(
      answer(async (context, file: string, options: RunOptions) => {
        const { plan } = await planPipeline(await runTarget(file, options, context));
        return { json: planJson(plan), text: renderPlan(plan) };
      }),
    );
};

function planJson(plan: Plan): object {
  return {
    pipeline: plan.pipeline,
    title: plan.title,
    period: plan.period ?? null,
    as_at: plan.asAt,
    steps: plan.steps.map((step) => ({
      id: step.id,
      kind: step.kind,
      action: step.action,
      why: step.why,
      fingerprint: step.fingerprint,
      inputs: inputsOf(step).map(({ name, label, rows }) => ({ name, from: label, rows })),
      operations: step.compiled.operations.map(({ kind, id }) => ({ kind, id })),
      outputs: Object.entries(step.compiled.outputs).map(([name, output]) => ({
        name,
        columns: output.columns.map((column) => column.name),
      })),
    })),
    leaves: leaving(plan).map(({ table, columns }) => ({ table, columns: [...columns] })),
  };
}

function inputsOf(step: PlanStep): { name: string; label: string; rows: number | null }[] {
  return Object.entries(step.inputs).map(([name, input]) => {
    const { releases } = input.resolved;
    const rows = releases.length === 0 ? null : releases.reduce((sum, release) => sum + release.rows.kept, 0);
    return { name, label: input.label, rows };
  });
}

/** The tables and columns of the bag: everything that would leave. */
function leaving(plan: Plan): { table: string; columns: readonly string[] }[] {
  return plan.steps.flatMap((step) =>
    (step.compiled.leaves?.tables ?? []).map((table) => ({
      table: table.name,
      columns: table.columns.map((column) => column.name),
    })),
  );
}

function renderPlan(plan: Plan): string {
  const head = `${plan.title} (${plan.pipeline}), as at ${plan.asAt}${plan.period ? `, to ${plan.period}` : ""}`;
  const steps = plan.steps.map((step) => {
    const inputs = inputsOf(step).map(({ name, label, rows }) => [name, label, rows ?? ""]);
    const title = `${step.action.padEnd(5)}  ${step.id} (${step.kind}): ${step.why}`;
    return `${title}\n${indent(renderTable(["input", "from", "rows"], inputs, [26, 36]))}`;
  });
  const tables = leaving(plan).map(({ table, columns }) => [
    table,
    columns.length,
    columns.slice(0, 4).join(", "),
  ]);
  const leaves =
    tables.length === 0 ? "Nothing leaves." : renderTable(["leaves", "columns", "first"], tables);
  return [head, ...steps, leaves].join("\n\n");
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, "  ");
}
