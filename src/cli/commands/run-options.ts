import { refuse } from "../../base/diagnostics.ts";
import { type LoadedPipeline, loadPipeline } from "../../engine/run/load-pipeline.ts";
import { withPlan } from "../../engine/run/with-plan.ts";
import type { Workspace } from "../../engine/workspace.ts";
import { type Month, parseMonth } from "../../model/period.ts";
import { type CommandContext, type CommonOptions, workspaceOf } from "../command.ts";

/** Options of commands that are about one run of a pipeline. */
export interface RunOptions extends CommonOptions {
  readonly period?: string;
  readonly asAt?: string;
  readonly plan?: string;
}

export const periodOption = ["--period <YYYY-MM>", "only data that covers nothing after this month"] as const;
export const asAtOption = ["--as-at <date>", "the date the run is made for (default: today)"] as const;

export const planOption = [
  "--plan <name>",
  "how match steps score pairs: auto, plain, bounded or kernel; all give the same",
] as const;

/** A pipeline in its workspace, for a month and a date. Errors: spec/usage for a month or date that is none. */
export interface RunTarget {
  readonly workspace: Workspace;
  readonly loaded: LoadedPipeline;
  readonly period: Month | undefined;
  readonly asAt: string;
}

export async function runTarget(
  file: string,
  options: RunOptions,
  context: CommandContext,
): Promise<RunTarget> {
  const workspace = await workspaceOf(options);
  const loaded = withPlan(await loadPipeline(file), options.plan);
  return { workspace, loaded, period: period(options.period), asAt: asAt(options.asAt, context) };
}

function period(text: string | undefined): Month | undefined {
  if (text === undefined) return undefined;
  return (
    parseMonth(text) ??
    refuse("spec/usage", { file: "--period" }, { detail: "not a month", fix: "write the month as 2024-05" })
  );
}

function asAt(text: string | undefined, context: CommandContext): string {
  if (text === undefined) return context.now().slice(0, 10);
  const parsed = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : undefined;
  if (parsed === undefined || Number.isNaN(parsed.getTime()) || !parsed.toISOString().startsWith(text)) {
    return refuse(
      "spec/usage",
      { file: "--as-at" },
      { detail: "not a date", fix: "write the date as 2024-05-31" },
    );
  }
  return text;
}
