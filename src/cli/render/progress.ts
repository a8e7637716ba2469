import { Listr, ListrLogger, ProcessOutput } from "listr2";
import type { StepReceipt } from "../../engine/run/run-record.ts";
import type { RunProgress } from "../../engine/run/run-request.ts";
import type { PlanStep } from "../../plan/plan.ts";
import { formatCount } from "./table.ts";

/** Progress of a run on a stream: a moving line per step on a terminal, plain lines elsewhere. */
export function runProgress(stream: NodeJS.WriteStream): RunProgress & { readonly end: () => Promise<void> } {
  return stream.isTTY ? movingProgress(stream) : plainProgress(stream);
}

function plainProgress(stream: NodeJS.WriteStream): RunProgress & { readonly end: () => Promise<void> } {
  const say = (line: string) => stream.write(`${line}\n`);
  return {
    planned: () => undefined,
    stepStarted: (step) => say(`${step.id}: started (${step.kind})`),
    operation: (step, event) => {
      if (event.state === "working") say(`${step.id}: ${event.id}, ${event.what}`);
      if (event.state === "done") say(`${step.id}: ${event.id}${rowsOf(event.rows)}`);
    },
    stepDone: (receipt) => say(`${receipt.id}: ${outcome(receipt)}`),
    end: async () => undefined,
  };
}

/** Each step is one task; the run settles it when the step is done. */
function movingProgress(stream: NodeJS.WriteStream): RunProgress & { readonly end: () => Promise<void> } {
  const logger = new ListrLogger({ processOutput: new ProcessOutput(stream, stream) });
  const settle = new Map<string, (receipt: StepReceipt | undefined) => void>();
  const current = new Map<string, { title: string; output: string }>();
  let rendering: Promise<unknown> = Promise.resolve();
  return {
    planned: (plan) => {
      const tasks = plan.steps.map((step) => task(step, settle, current));
      rendering = new Listr(tasks, { exitOnError: false, rendererOptions: { logger } }).run();
    },
    stepStarted: () => undefined,
    operation: (step, event) => {
      const shown = current.get(step.id);
      if (shown !== undefined)
        shown.output = `${event.id}${rowsOf(event.rows)}${event.what === undefined ? "" : `, ${event.what}`}`;
    },
    stepDone: (receipt) => settle.get(receipt.id)?.(receipt),
    end: async () => {
      for (const done of settle.values()) done(undefined);
      await rendering;
    },
  };
}

function task(
  step: PlanStep,
  settle: Map<string, (receipt: StepReceipt | undefined) => void>,
  current: Map<string, { title: string; output: string }>,
) {
  const finished = new Promise<StepReceipt | undefined>((resolve) => settle.set(step.id, resolve));
  return {
    title: `${step.id} (${step.kind})`,
    task: async (_: unknown, shown: { title: string; output: string; skip: (message: string) => void }) => {
      current.set(step.id, shown);
      const receipt = await finished;
      if (receipt !== undefined) shown.title = `${step.id}: ${outcome(receipt)}`;
      else shown.skip(`${step.id}: not done`);
    },
  };
}

function outcome(receipt: StepReceipt): string {
  if (receipt.action === "reuse") return `kept, ${receipt.why}`;
  if (receipt.action === "skip") return `not needed, as ${receipt.why}`;
  return `done in ${(receipt.seconds ?? 0).toFixed(1)} s`;
}

function rowsOf(rows: number | undefined): string {
  return rows === undefined ? "" : `, ${formatCount(rows)} rows`;
}
