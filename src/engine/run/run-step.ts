import { access, mkdir, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { InvariantError, refuse } from "../../base/diagnostics.ts";
import type { StoredFile } from "../../model/release.ts";
import type { PlanStep } from "../../plan/plan.ts";
import type { PlannedInput } from "../../plan/resolve-inputs.ts";
import type { StepVersion } from "../../plan/step-version.ts";
import type { Scan } from "../../sql/operation.ts";
import { sha256File, syncFile } from "../durable.ts";
import { EngineError } from "../engine-error.ts";
import {
  type HostFunction,
  loadList,
  type OperationEvent,
  type OperationResult,
  openScan,
  runOperations,
} from "../operations.ts";
import { refuseBadLines } from "../record-text.ts";
import type { Session } from "../session.ts";

/** Where a step finds results of other steps, by what its inputs ask for. */
export interface ResultPlaces {
  /** Folder and record of an earlier step of this run. */
  readonly step: (id: string) => { readonly folder: string; readonly version: StepVersion };
  /** A version of a chain, the newest where no number is given; undefined where there is none. */
  readonly chain: (
    chain: string,
    number?: number,
  ) => { readonly folder: string; readonly version: StepVersion } | undefined;
  readonly listPath: (file: string) => string;
}

export interface StepResult {
  readonly operations: readonly OperationResult[];
  readonly took: Readonly<Record<string, number>>;
  readonly outputs: StepVersion["outputs"];
  readonly measures: StepVersion["measures"];
}

/**
 * Runs one planned step into a staging folder: opens its inputs, runs its operations, hashes what it wrote.
 * Nothing is committed here.
 */
export async function runStep(
  step: PlanStep,
  session: Session,
  staging: string,
  places: ResultPlaces,
  hostFunctions: Readonly<Record<string, HostFunction>>,
  onOperation: (event: OperationEvent) => void,
): Promise<StepResult> {
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging, { recursive: true });
  const took: Record<string, number> = {};
  for (const [name, input] of Object.entries(step.inputs)) {
    await openInput(input, step, session, places);
    took[name] = await countRows(session, input.resolved.scan);
  }
  const operations = await runOperations(step.compiled.operations, {
    session,
    folder: staging,
    hostFunctions,
    dropsTables: true,
    onOperation,
  });
  const rowsOf = new Map(
    operations.flatMap((o) => (o.file === undefined ? [] : [[o.file, o.rows] as const])),
  );
  const outputs = await Promise.all(
    Object.entries(step.compiled.outputs).map(async ([name, output]) => {
      const files = await Promise.all(
        output.files.map((file) => describe(staging, file, rowsOf.get(file) ?? 0)),
      );
      return [name, { columns: output.columns, files }] as const;
    }),
  );
  const measures = operations.flatMap((o) => (o.counts === undefined ? [] : [[o.id, o.counts] as const]));
  return { operations, took, outputs: Object.fromEntries(outputs), measures: Object.fromEntries(measures) };
}

/** Rows of an input. Errors: link/bad-line where a text is none of lines with those columns. */
async function countRows(session: Session, scan: Scan): Promise<number> {
  return await session.count(scan.relation.name).catch(async (error: unknown) => {
    if (error instanceof EngineError && error.type === "Invalid Input") await refuseBadLines(session, scan);
    throw error;
  });
}

async function openInput(
  input: PlannedInput,
  step: PlanStep,
  session: Session,
  places: ResultPlaces,
): Promise<void> {
  const { request } = input;
  const { scan } = input.resolved;
  const isFound = request.from === "content" || request.from === "identity" || request.from === "file";
  if (isFound) return await openCommitted(session, scan);
  if (request.from === "list") return await loadList(session, scan.relation, places.listPath(request.file));
  await openCommitted(session, bound(scan, input, step, places));
}

/** Opening reads the foot of each file. Errors: run/input-changed where a file is gone or is none any more. */
async function openCommitted(session: Session, scan: Scan): Promise<void> {
  for (const { path } of scan.files) {
    await access(path).catch(() => refuse("run/input-changed", { file: path }, { file: path }));
  }
  await openScan(session, scan).catch((error: unknown) => {
    const [file = ""] = scan.files.map(({ path }) => path);
    if (!(error instanceof EngineError) || !/^(IO|Invalid Input)$/.test(error.type)) throw error;
    return refuse("run/input-changed", { file: dirname(file) }, { file: scan.relation.name });
  });
}

/** A scan of another step's output, with the files that output has now. */
function bound(scan: Scan, { request, version }: PlannedInput, step: PlanStep, places: ResultPlaces): Scan {
  if (request.from !== "result" && request.from !== "ledger" && request.from !== "predecessor") {
    throw new InvariantError(`input from ${request.from} has no result`);
  }
  const chain = request.from === "ledger" ? request.ledger : step.chain;
  const place = request.from === "result" ? places.step(request.step) : places.chain(chain, version);
  const output = place?.version.outputs[request.output];
  if (place === undefined || output === undefined) return { ...scan, files: [] };
  const columns = output.columns.map((column) => column.name);
  return { ...scan, files: output.files.map((file) => ({ path: join(place.folder, file.path), columns })) };
}

/** Bytes and SHA-256 of a written file, once it is durable. */
async function describe(folder: string, file: string, rows: number): Promise<StoredFile> {
  const path = join(folder, file);
  await syncFile(path);
  const { size } = await stat(path);
  return { path: file, rows, bytes: size, sha256: await sha256File(path) };
}
