import { access, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { catalogue } from "../src/catalogue/catalogue.ts";
import { supplierFiles } from "../src/engine/demo.ts";
import { ingestFile } from "../src/engine/ingest/ingest-file.ts";
import { ingestWorkspace } from "../src/engine/ingest/workspace.ts";
import { initWorkspace } from "../src/engine/init-workspace.ts";
import { loadPipeline } from "../src/engine/run/load-pipeline.ts";
import { runPipeline } from "../src/engine/run/run-pipeline.ts";
import type { RunRecord } from "../src/engine/run/run-record.ts";
import type { Session } from "../src/engine/session.ts";
import { readReleases } from "../src/engine/store.ts";
import { openSession, openWorkspace, type Workspace } from "../src/engine/workspace.ts";
import { englandName, writeEngland } from "./england.ts";
import type { Bench, Size } from "./suite.ts";

/** When releases came in, and the date of every run. */
export const clock = { now: "2026-11-10T09:00:00.000Z", asAt: "2026-11-15" } as const;

/** Where a size's inputs are kept between sessions of the bench. */
function inputFolder(size: Size): string {
  const root = process.env["DARS_BENCH_FOLDER"] ?? join(tmpdir(), "dars-bench");
  return join(root, englandName(size));
}

/** The bench of one side: its prepared inputs and an empty folder of its own. */
export async function openBench(size: Size, scratchName: string): Promise<Bench> {
  const folder = inputFolder(size);
  const supplier = join(folder, "supplier");
  const scratch = join(folder, "scratch", scratchName);
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch, { recursive: true });
  return { size, folder, supplier, workspace: await standingWorkspace(folder), scratch };
}

async function standingWorkspace(folder: string): Promise<Workspace> {
  const root = join(folder, "workspace");
  if (!(await exists(root))) {
    const staged = `${root}.part`;
    await rm(staged, { recursive: true, force: true });
    await initWorkspace(staged, new Date().toISOString().slice(0, 10));
    await rename(staged, root);
  }
  return await openWorkspace(root);
}

/** The bench's workspace with results and spilled data in the side's own folder; store and keys are shared. */
export function scratchWorkspace({ workspace, scratch }: Bench): Workspace {
  const at = (name: string) => join(scratch, name);
  return {
    ...workspace,
    paths: { ...workspace.paths, links: at("links"), deliveries: at("deliveries"), runs: at("runs") },
    engine: { ...workspace.engine, temp: at("spill") },
  };
}

/** Work in one database within the bounds that our side has: threads, memory (or so many times it), a place to spill. */
export async function withSession<T>(
  bench: Bench,
  work: (session: Session) => Promise<T>,
  times = 1,
): Promise<T> {
  const workspace = scratchWorkspace(bench);
  const engine = { ...workspace.engine, memoryBytes: workspace.engine.memoryBytes * times };
  const session = await openSession({ ...workspace, engine });
  try {
    return await work(session);
  } finally {
    session.close();
  }
}

/** Makes the supplier files, where they are not there yet. */
export async function prepareSupplier(bench: Bench): Promise<void> {
  if (await exists(bench.supplier)) return;
  await withSession(bench, (session) => writeEngland(session, bench.size, bench.supplier));
}

/** Takes every supplier file into the bench's store, where it is not there yet. */
export async function prepareStore(bench: Bench): Promise<void> {
  await prepareSupplier(bench);
  const { workspace, supplier } = bench;
  const held = new Set((await readReleases(workspace.paths.store)).map((release) => release.source.name));
  for (const file of await supplierFiles(supplier)) {
    if (held.has(file.slice(supplier.length + 1))) continue;
    await ingestFile({ file }, ingestWorkspace(workspace, catalogue, clock.now));
  }
}

/** The pipeline of the examples, of admitted care alone. */
export const identifyPipeline = `version: 1
pipeline: identify-hes
title: HES Patient ID over admitted care
steps:
  - { id: persons, kind: identify, datasets: [hes_apc], rule_set: hesid@1, ledger: hes }
`;

/** Makes the store and, in the bench's workspace, the ledger of its persons, where they are not there yet. */
export async function prepareLedger(bench: Bench): Promise<void> {
  await prepareStore(bench);
  await runIn(bench.workspace, await specFile(bench, "identify.yaml", identifyPipeline));
}

/** Where the pipelines and agreements of the benchmarks stand: in the bench's own folder, beside no example. */
export async function specFile({ folder }: Bench, name: string, text: string): Promise<string> {
  const file = join(folder, "specs", name);
  await mkdir(join(folder, "specs"), { recursive: true });
  await writeFile(file, text);
  return file;
}

/** Runs a pipeline in a workspace. */
export async function runIn(workspace: Workspace, file: string): Promise<RunRecord> {
  return await runPipeline({
    workspace,
    loaded: await loadPipeline(file),
    period: undefined,
    asAt: clock.asAt,
    now: () => clock.now,
    signal: new AbortController().signal,
    progress: {
      planned: () => undefined,
      stepStarted: () => undefined,
      operation: () => undefined,
      stepDone: () => undefined,
    },
  });
}

export async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
