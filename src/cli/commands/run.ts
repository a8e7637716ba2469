import { runPipeline } from "../../engine/run/run-pipeline.ts";
import type { RunRecord } from "../../engine/run/run-record.ts";
import { unfinishedRun } from "../../engine/run/unfinished.ts";
import { parseMonth } from "../../model/period.ts";
import type { Verb } from "../command.ts";
import { runProgress } from "../render/progress.ts";
import { renderTable } from "../render/table.ts";
import {
  asAtOption,
  periodOption,
  planOption,
  type RunOptions,
  type RunTarget,
  runTarget,
} from "./run-options.ts";

/** `dars run FILE`: makes what a pipeline asks for. What was made before from the same inputs is kept. */
export const runVerb: Verb = (program, answer) => {
  program
    .command("run")
    .description("run a pipeline; what was made before from the same inputs is kept")
    .argument("<file>", "the pipeline's YAML file")
    .option(...periodOption)
    .option(...asAtOption)
    .option(...planOption)
    .option("--resume", "go on with the last unfinished run, for its month and date")
    .action(
      answer(async (context, file: string, options: RunOptions & { resume?: boolean }) => {
        const target = await runTarget(file, options, context);
        const { workspace, loaded, period, asAt } = options.resume ? await resumed(target) : target;
        const progress = runProgress(context.progress);
        const request = {
          workspace,
          loaded,
          period,
          asAt,
          progress,
          now: context.now,
          signal: context.signal,
        };
        const record = await runPipeline(request).finally(progress.end);
        return { json: record, text: renderRun(record) };
      }),
    );
};

/** The unfinished run's own month and date. Errors: run/nothing-to-resume. */
async function resumed(target: RunTarget): Promise<RunTarget> {
  const last = await unfinishedRun(target.workspace.paths.runs, target.loaded);
  return { ...target, period: last.period === null ? undefined : parseMonth(last.period), asAt: last.asAt };
}

/** A run for people: each step, what it did, what came of it. */
export function renderRun(record: RunRecord): string {
  const rows = record.steps.map((step) => [
    step.id,
    { run: "done", reuse: "kept", skip: "not needed" }[step.action],
    Object.values(step.gave).reduce((sum, n) => sum + n, 0),
    step.seconds === null ? "" : `${step.seconds.toFixed(1)} s`,
    step.result ?? "",
  ]);
  const ran = record.steps.filter((step) => step.action === "run").length;
  const head = `${record.pipeline}: ${record.state}, ${ran} of ${record.steps.length} steps run (${record.id})`;
  return `${head}\n\n${renderTable(["step", "", "rows out", "time", "result"], rows)}`;
}
