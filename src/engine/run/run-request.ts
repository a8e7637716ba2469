import type { Month } from "../../model/period.ts";
import type { Plan, PlanStep } from "../../plan/plan.ts";
import type { OperationEvent } from "../operations.ts";
import type { Workspace } from "../workspace.ts";
import type { LoadedPipeline } from "./load-pipeline.ts";
import type { StepReceipt } from "./run-record.ts";

/** What a run is asked for. */
export interface RunRequest {
  readonly workspace: Workspace;
  readonly loaded: LoadedPipeline;
  readonly period: Month | undefined;
  readonly asAt: string;
  /** The clock, for receipts alone: no time decides a result. */
  readonly now: () => string;
  readonly progress: RunProgress;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Told what happens, so that a terminal can show it. */
export interface RunProgress {
  readonly planned: (plan: Plan) => void;
  readonly stepStarted: (step: PlanStep) => void;
  readonly operation: (step: PlanStep, event: OperationEvent) => void;
  readonly stepDone: (receipt: StepReceipt) => void;
}

/** Told to nobody. */
export const untold: RunProgress = {
  planned: () => undefined,
  stepStarted: () => undefined,
  operation: () => undefined,
  stepDone: () => undefined,
};
