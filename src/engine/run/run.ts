import { mkdir, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { InvariantError, type Refusal, refuse } from "../../base/diagnostics.ts";
import type { Plan, PlanStep } from "../../plan/plan.ts";
import { releasesOf, type WorkspaceState } from "../../plan/resolve-inputs.ts";
import { type StepVersion, versionOf } from "../../plan/step-version.ts";
import { publishBag } from "../deliver/publish-bag.ts";
import { hostFunctions } from "../host/host-functions.ts";
import type { OperationEvent } from "../operations.ts";
import { engineVersion, productVersion } from "../product-version.ts";
import { commitDelivery, commitVersion, removeWork, versionFolder } from "../versions.ts";
import { openSession } from "../workspace.ts";
import { failureOf } from "./failure.ts";
import { type RunRecord, runId, type StepReceipt, writeRunRecord } from "./run-record.ts";
import type { RunRequest } from "./run-request.ts";
import { type ResultPlaces, runStep, type StepResult } from "./run-step.ts";

interface Finished {
  readonly folder: string;
  readonly version: StepVersion;
}

/** Where steps keep finished units of long work, by fingerprint; a run that ends well removes it. */
function unitsRoot(runsFolder: string): string {
  return join(runsFolder, "units");
}

/** Where results are made before they are committed; whatever stands there belongs to a run that ended badly. */
export function stagingRoot(runsFolder: string): string {
  return join(runsFolder, "staging");
}

/** One run of one plan: the only place where a plan's steps become files. */
export class Run {
  readonly #request: RunRequest;
  readonly #plan: Plan;
  readonly #state: WorkspaceState;
  readonly #finished = new Map<string, Finished>();
  #record: RunRecord;

  constructor(request: RunRequest, planned: Plan, state: WorkspaceState) {
    this.#request = request;
    this.#plan = planned;
    this.#state = state;
    this.#record = {
      format: 1,
      id: runId(request.now(), planned.pipeline),
      pipeline: planned.pipeline,
      file: relative(request.workspace.root, request.loaded.file),
      period: planned.period ?? null,
      asAt: planned.asAt,
      versions: { dars: productVersion, engine: engineVersion },
      started: request.now(),
      ended: null,
      state: "running",
      reason: null,
      steps: [],
    };
  }

  async execute(): Promise<RunRecord> {
    await this.#write({});
    try {
      for (const step of this.#plan.steps) await this.#step(step);
    } catch (error) {
      const refusal = this.#asRefusal(error);
      const interrupted = refusal.diagnostics.some((d) => d.code === "run/interrupted");
      // First, as what was staged may be what fills the disk. A record that cannot be written hides no cause.
      await rm(stagingRoot(this.#request.workspace.paths.runs), { recursive: true, force: true });
      await this.#write({
        state: interrupted ? "interrupted" : "failed",
        reason: refusal.diagnostics[0]?.code ?? null,
        ended: this.#request.now(),
      }).catch(() => undefined);
      throw error instanceof InvariantError ? error : refusal;
    }
    await removeWork(this.#request.workspace);
    await rm(unitsRoot(this.#request.workspace.paths.runs), { recursive: true, force: true });
    await this.#write({ state: "done", ended: this.#request.now() });
    return this.#record;
  }

  async #step(step: PlanStep): Promise<void> {
    this.#stopIfInterrupted();
    const began = performance.now();
    if (step.version !== undefined) {
      const folder = versionFolder(this.#request.workspace, { ...step.version, home: step.home });
      this.#finished.set(step.id, { folder, version: step.version });
    }
    if (step.action === "run") this.#request.progress.stepStarted(step);
    const result = step.action === "run" ? await this.#make(step) : undefined;
    const receipt = this.#receipt(
      step,
      result,
      result === undefined ? null : (performance.now() - began) / 1000,
    );
    await this.#write({ steps: [...this.#record.steps, receipt] });
    this.#request.progress.stepDone(receipt);
  }

  /** An interrupt that falls between two statements has nothing to stop but this. */
  #stopIfInterrupted(): void {
    if (this.#request.signal.aborted) refuse("run/interrupted", { file: this.#request.loaded.file }, {});
  }

  /** Runs a step's operations and commits what they made. */
  async #make(step: PlanStep): Promise<StepResult> {
    const { workspace, signal, loaded } = this.#request;
    const staging = join(stagingRoot(workspace.paths.runs), step.id);
    await mkdir(stagingRoot(workspace.paths.runs), { recursive: true });
    const session = await openSession(workspace);
    const interrupt = () => {
      session.interrupt();
      void hosts.close();
    };
    signal.addEventListener("abort", interrupt);
    const told: { readonly id: string; readonly what: string }[] = [];
    const hosts = hostFunctions({
      unitsFolder: join(unitsRoot(workspace.paths.runs), step.fingerprint.slice(0, 32)),
      rootKey: workspace.rootKey,
      threads: workspace.engine.threads,
      at: (...path) =>
        loaded.spanOf(["steps", loaded.pipeline.steps.findIndex(({ id }) => id === step.id), ...path]),
      tell: (id, what) => {
        told.push({ id, what });
        this.#request.progress.operation(step, { id, state: "working", what });
      },
    });
    try {
      const progress = (event: OperationEvent) => {
        this.#stopIfInterrupted();
        this.#request.progress.operation(step, event);
      };
      const made = await runStep(step, session, staging, this.#places(), hosts.functions, progress);
      const result = { ...made, operations: withTold(made.operations, told) };
      const version = this.#version(step, result);
      await this.#commit(step, version, staging, session);
      return result;
    } finally {
      signal.removeEventListener("abort", interrupt);
      await hosts.close();
      session.close();
      await rm(join(workspace.engine.temp, String(process.pid)), { recursive: true, force: true });
    }
  }

  async #commit(
    step: PlanStep,
    version: StepVersion,
    staging: string,
    session: Awaited<ReturnType<typeof openSession>>,
  ): Promise<void> {
    const { workspace } = this.#request;
    const folder = versionFolder(workspace, { ...version, home: step.home });
    if (step.home !== "deliveries") {
      await commitVersion(workspace, step.home, version, staging);
      this.#finished.set(step.id, { folder, version });
      return;
    }
    const { bag } = step.compiled;
    if (bag === undefined) throw new InvariantError(`step kind ${step.kind} delivers without a bag`);
    const previous = versionOf(this.#state.versions, step.chain);
    await publishBag(bag, {
      folder,
      staging,
      session,
      period: this.#plan.period ?? null,
      asAt: this.#plan.asAt,
      number: version.number,
      previous:
        previous === undefined ? undefined : versionFolder(workspace, { ...previous, home: "deliveries" }),
      stepFolder: (id) => this.#found(id).folder,
      stepVersion: (id) => this.#found(id).version,
    });
    await commitDelivery(workspace, version);
    this.#finished.set(step.id, { folder, version });
  }

  #version(step: PlanStep, result: StepResult): StepVersion {
    const previous = step.home === "work" ? undefined : versionOf(this.#state.versions, step.chain);
    return {
      format: 1,
      chain: step.chain,
      number: step.home === "work" ? 0 : (previous?.number ?? 0) + 1,
      kind: step.kind,
      pipeline: this.#plan.pipeline,
      step: step.id,
      fingerprint: step.fingerprint,
      predecessor: previous?.number ?? null,
      period: this.#plan.period ?? null,
      asAt: this.#plan.asAt,
      releases: releasesOf(Object.values(step.inputs)),
      outputs: result.outputs,
      measures: result.measures,
    };
  }

  #places(): ResultPlaces {
    const { workspace } = this.#request;
    return {
      step: (id) => this.#found(id),
      chain: (chain, number) => {
        const version = versionOf(this.#state.versions, chain, number);
        return version && { version, folder: versionFolder(workspace, { ...version, home: "links" }) };
      },
      listPath: (file) => {
        const list = this.#state.lists[file];
        if (list === undefined) throw new InvariantError(`list ${file} was planned but not read`);
        return list.path;
      },
    };
  }

  #found(id: string): Finished {
    const finished = this.#finished.get(id);
    if (finished === undefined) throw new InvariantError(`step ${id} has no result yet`);
    return finished;
  }

  #receipt(step: PlanStep, result: StepResult | undefined, seconds: number | null): StepReceipt {
    const finished = this.#finished.get(step.id);
    return {
      id: step.id,
      kind: step.kind,
      action: step.action,
      why: step.why,
      fingerprint: step.fingerprint,
      inputs: Object.fromEntries(Object.entries(step.inputs).map(([name, input]) => [name, input.label])),
      seconds: seconds === null ? null : Math.round(seconds * 1000) / 1000,
      took: result?.took ?? {},
      gave: rowsOf(result?.outputs ?? {}),
      operations: (result?.operations ?? []).map(({ id, rows, told }) => ({
        id,
        rows,
        ...(told === undefined ? {} : { told }),
      })),
      measures: (result ?? finished?.version)?.measures ?? {},
      result:
        finished === undefined || step.home === "work"
          ? null
          : relative(this.#request.workspace.root, finished.folder),
    };
  }

  #asRefusal(error: unknown): Refusal {
    const step = this.#plan.steps[this.#record.steps.length]?.id ?? "?";
    return failureOf(error, step, this.#request.loaded.file, this.#request.signal.aborted);
  }

  async #write(change: Partial<RunRecord>): Promise<void> {
    this.#record = { ...this.#record, ...change };
    await writeRunRecord(this.#request.workspace.paths.runs, this.#record);
  }
}

/** Operations with what each told of itself; of a table and the file it is written to, the table. */
function withTold(
  operations: StepResult["operations"],
  told: readonly { readonly id: string; readonly what: string }[],
): StepResult["operations"] {
  return operations.map((operation, place) => {
    const isFirst = operations.findIndex(({ id }) => id === operation.id) === place;
    const its = told.filter(({ id }) => isFirst && id === operation.id).map(({ what }) => what);
    return its.length === 0 ? operation : { ...operation, told: its };
  });
}

function rowsOf(outputs: StepVersion["outputs"]): Record<string, number> {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, output]) => [name, output.files[0]?.rows ?? 0]),
  );
}
