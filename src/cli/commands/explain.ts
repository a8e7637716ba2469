import { stringify } from "yaml";
import { nearest, refuse } from "../../base/diagnostics.ts";
import type { Json } from "../../base/stable-json.ts";
import { planPipeline } from "../../engine/run/run-pipeline.ts";
import { lastReceipts } from "../../engine/run/run-record.ts";
import { type ExplainedStep, explainStep } from "../../plan/explain.ts";
import type { Verb } from "../command.ts";
import { asAtOption, periodOption, planOption, type RunOptions, runTarget } from "./run-options.ts";

/** `dars explain FILE [STEP]`: the operations of a plan and their SQL, as DuckDB or Spark would run it. */
export const explainVerb: Verb = (program, answer) => {
  program
    .command("explain")
    .description("print the operations of a pipeline's steps and their SQL; runs nothing")
    .argument("<file>", "the pipeline's YAML file")
    .argument("[step]", "one step's id (default: all)")
    .option("--dialect <name>", "duckdb or spark", "duckdb")
    .option(...periodOption)
    .option(...asAtOption)
    .option(...planOption)
    .action(
      answer(
        async (
          context,
          file: string,
          step: string | undefined,
          options: RunOptions & { dialect: string },
        ) => {
          const { dialect } = options;
          if (dialect !== "duckdb" && dialect !== "spark") {
            refuse(
              "spec/unknown-name",
              { file: "--dialect" },
              known("dialect", dialect, ["duckdb", "spark"]),
            );
          }
          const target = await runTarget(file, options, context);
          const { plan } = await planPipeline(target);
          const ids = plan.steps.map(({ id }) => id);
          if (step !== undefined && !ids.includes(step)) {
            refuse("spec/unknown-name", { file }, known("step", step, ids));
          }
          const steps = plan.steps.filter(({ id }) => step === undefined || id === step);
          const explained = steps.map((planned) => explainStep(planned, dialect));
          const last = await lastReceipts(target.workspace.paths.runs, plan.pipeline);
          const told = (id: string) => last.get(id)?.operations.flatMap((its) => its.told ?? []) ?? [];
          return {
            json: {
              pipeline: plan.pipeline,
              dialect,
              steps: explained.map((its) => ({ ...its, told: told(its.step) })),
            },
            text: explained
              .flatMap((its) => [...notes(its, told(its.step)), ...its.operations.map(({ sql }) => sql)])
              .join("\n\n"),
          };
        },
      ),
    );
};

/** What a step says of itself, and what its last run told, as comments above its statements. */
function notes({ step, kind, facts }: ExplainedStep, told: readonly string[]): string[] {
  if (facts === null) return [];
  const said = { ...(facts as Record<string, Json>), ...(told.length === 0 ? {} : { last_run: [...told] }) };
  const lines = stringify(said, { lineWidth: 0 }).trimEnd().split("\n");
  return [[`-- step ${step}, ${kind}`, ...lines.map((line) => `--   ${line}`)].join("\n")];
}

function known(what: string, name: string, names: readonly string[]) {
  return { what, name, near: nearest(name, names), known: names };
}
