import { type Diagnostic, InvariantError } from "../base/diagnostics.ts";
import { type Fingerprint, fingerprint } from "../base/hash.ts";
import type { SourceSpan } from "../base/span.ts";
import type { Json } from "../base/stable-json.ts";
import type { DataSet } from "../catalogue/dataset.ts";
import type { Month } from "../model/period.ts";
import type { Agreement } from "../spec/agreement.ts";
import type { PipelineSpec } from "../spec/pipeline.ts";
import { duckdb } from "../sql/duckdb.ts";
import type { Operation } from "../sql/operation.ts";
import { print } from "../sql/print.ts";
import type { AnyStepKind, CompiledStep, InputRequest } from "../steps/step-kind.ts";
import { type PlannedInput, resolveInputs, type WorkspaceState } from "./resolve-inputs.ts";
import { type StepVersion, sameVersion } from "./step-version.ts";

/** Everything that decides what a run does. Plain data: the same request gives the same plan. */
export interface PlanRequest {
  readonly pipeline: PipelineSpec;
  readonly spanOf: (path: readonly (string | number)[]) => SourceSpan;
  readonly agreement: Agreement | undefined;
  readonly kinds: Readonly<Record<string, AnyStepKind>>;
  readonly catalogue: readonly DataSet[];
  readonly state: WorkspaceState;
  readonly period: Month | undefined;
  readonly asAt: string;
  /** What else decides the bytes: the code's version, the engine's, and the name of the key (never the key). */
  readonly versions: { readonly dars: string; readonly engine: string; readonly key: string };
}

export interface PlanStep {
  readonly id: string;
  readonly kind: string;
  readonly home: AnyStepKind["home"];
  readonly chain: string;
  readonly fingerprint: Fingerprint;
  /** run: to be made; reuse: made before from the same inputs; skip: nothing that runs needs it. */
  readonly action: "run" | "reuse" | "skip";
  readonly why: string;
  readonly inputs: Readonly<Record<string, PlannedInput>>;
  readonly compiled: CompiledStep;
  readonly version: StepVersion | undefined;
}

export interface Plan {
  readonly pipeline: string;
  readonly title: string;
  readonly period: Month | undefined;
  readonly asAt: string;
  readonly steps: readonly PlanStep[];
}

interface Planned extends Omit<PlanStep, "action" | "why"> {
  readonly needs: readonly string[];
}

/**
 * What would run, and why: inputs found, steps compiled and fingerprinted, results reused. Nothing is read but metadata.
 *
 * Errors: those of finding inputs, by the place of the step that asks. No plan is given with any.
 */
export function plan(request: PlanRequest): { plan?: Plan; diagnostics: Diagnostic[] } {
  const planned: Planned[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const [index, step] of request.pipeline.steps.entries()) {
    const result = planStep(step, index, planned, request);
    if ("diagnostics" in result) diagnostics.push(...result.diagnostics);
    else planned.push(result);
    if (diagnostics.length > 0) break;
  }
  if (diagnostics.length > 0) return { diagnostics };
  const { pipeline, period, asAt } = request;
  return {
    plan: { pipeline: pipeline.pipeline, title: pipeline.title, period, asAt, steps: decide(planned) },
    diagnostics,
  };
}

function planStep(
  step: PipelineSpec["steps"][number],
  index: number,
  planned: readonly Planned[],
  request: PlanRequest,
): Planned | { diagnostics: Diagnostic[] } {
  const kind = request.kinds[step.kind];
  if (kind === undefined)
    throw new InvariantError(`step kind ${step.kind} passed the check but is not registered`);
  const earlier = Object.fromEntries(planned.map((p) => [p.id, p]));
  const requests = kind.inputs(step.spec as never, request);
  const { inputs, diagnostics } = resolveInputs(requests, request.spanOf(["steps", index]), {
    ...request,
    earlier,
  });
  if (diagnostics.length > 0) return { diagnostics };
  const found = Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, input.resolved]));
  const compiledSteps = Object.fromEntries(planned.map((p) => [p.id, p.compiled]));
  const wrong = kind.checkInputs?.(step.spec as never, {
    inputs: found,
    earlier: compiledSteps,
    at: (...path) => request.spanOf(["steps", index, ...path]),
  });
  if (wrong !== undefined && wrong.length > 0) return { diagnostics: [...wrong] };
  const compiled = kind.compile(step.spec as never, {
    stepId: step.id,
    catalogue: request.catalogue,
    inputs: found,
    agreement: request.agreement,
    pipeline: { name: request.pipeline.pipeline, title: request.pipeline.title },
    period: request.period,
    asAt: request.asAt,
    earlier: compiledSteps,
  });
  const chain = kind.chain?.(step.spec as never) ?? defaultChain(kind, request.pipeline.pipeline, step.id);
  const print = fingerprint(identityOf(kind, compiled, inputs, request));
  return {
    id: step.id,
    kind: step.kind,
    home: kind.home,
    chain,
    fingerprint: print,
    inputs,
    compiled,
    version: sameVersion(request.state.versions, chain, print),
    needs: stepsNeeded(Object.values(requests)),
  };
}

function defaultChain(kind: AnyStepKind, pipeline: string, step: string): string {
  return kind.home === "deliveries" ? pipeline : `${pipeline}.${step}`;
}

function stepsNeeded(requests: readonly InputRequest[]): string[] {
  return requests.flatMap((request) => (request.from === "result" ? [request.step] : []));
}

/** All that decides a step's bytes. Its predecessor is recorded, not part of it. */
function identityOf(
  kind: AnyStepKind,
  compiled: CompiledStep,
  inputs: Readonly<Record<string, PlannedInput>>,
  request: PlanRequest,
): Json {
  return {
    kind: kind.kind,
    operations: compiled.operations.map(operationIdentity),
    outputs: compiled.outputs as unknown as Json,
    bag: (compiled.bag ?? null) as unknown as Json,
    facts: compiled.facts ?? null,
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, input.identity])),
    versions: { ...request.versions, key: request.agreement === undefined ? null : request.versions.key },
  };
}

function operationIdentity(operation: Operation): Json {
  switch (operation.kind) {
    case "statement":
      return [operation.id, print(operation.query, duckdb), operation.output as unknown as Json];
    case "copy":
      return [operation.id, print(operation.query, duckdb), operation.file, operation.as as Json];
    case "measure":
      return [operation.id, print(operation.query, duckdb)];
    case "host":
      return [operation.id, operation.fn, print(operation.input, duckdb), operation.params];
    case "document":
      return [operation.id, print(operation.query, duckdb), operation.file];
  }
}

/** From the last step back: what nobody later needs must exist; the rest only where something that runs reads it. */
function decide(planned: readonly Planned[]): PlanStep[] {
  const running = new Set<string>();
  const steps: PlanStep[] = [];
  for (const step of [...planned].reverse()) {
    const readers = planned.filter((other) => other.needs.includes(step.id)).map((other) => other.id);
    const wanted = readers.length === 0 || readers.some((id) => running.has(id));
    const decision = decideStep(step, wanted, readers);
    if (decision.action === "run") running.add(step.id);
    const { needs: _, ...rest } = step;
    steps.unshift({ ...rest, ...decision });
  }
  return steps;
}

function decideStep(
  step: Planned,
  wanted: boolean,
  readers: readonly string[],
): Pick<PlanStep, "action" | "why"> {
  if (step.version !== undefined) {
    return { action: "reuse", why: `${nameOf(step.version)} was made from the same inputs by the same code` };
  }
  if (!wanted) return { action: "skip", why: `${readers.join(" and ")} need not run` };
  return { action: "run", why: "no result was made from these inputs yet" };
}

function nameOf(version: StepVersion): string {
  return version.number === 0 ? "an unfinished run's result" : `${version.chain}, version ${version.number},`;
}
