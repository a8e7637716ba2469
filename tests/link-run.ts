import { mkdir, mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { catalogue } from "../src/catalogue/catalogue.ts";
import { components } from "../src/engine/host/components.ts";
import { ingestFile } from "../src/engine/ingest/ingest-file.ts";
import { openScan, runOperations } from "../src/engine/operations.ts";
import { Session } from "../src/engine/session.ts";
import { readReleases } from "../src/engine/store.ts";
import { type SynthOptions, synthesise } from "../src/engine/synthesise.ts";
import { current, type Release } from "../src/model/release.ts";
import { identifyKind } from "../src/steps/identify/identify-kind.ts";
import { linkKind } from "../src/steps/link/link-kind.ts";
import type { CompiledStep, InputRequest, ResolvedInput, StepKind } from "../src/steps/step-kind.ts";
import { emptyInput } from "./identify-run.ts";

const datasets = ["hes_apc", "hes_op", "hes_ae"];

/** A synthetic England taken in, identified and linked, in a folder of its own. */
export interface LinkedEngland {
  readonly folder: string;
  readonly store: string;
  readonly releases: readonly Release[];
  readonly ledger: string;
  readonly links: string;
}

/** Makes one, through the real ingest and the compiled steps. */
export async function linkEngland(options: SynthOptions): Promise<LinkedEngland> {
  const folder = await mkdtemp(join(tmpdir(), "dars-link-"));
  const [store, ledger, links] = ["store", "ledger", "links"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await inSession(folder, (session) => synthesise(session, options, folder));
  const files = (await readdir(folder)).filter((name) => /^(HES_(APC|OP|AE)|ONS)_.*\.txt$/.test(name)).sort();
  const now = "2025-06-01T00:00:00.000Z";
  const workspace = { store, catalogue, now, openSession: () => open(folder) };
  for (const file of files) {
    await ingestFile({ file: join(folder, file) }, workspace);
  }
  const releases = await readReleases(store);
  const england = { folder, store, releases, ledger, links };
  const identify = { datasets, rule_set: "hesid@1", ledger: "hes" };
  const identified = await runStep(identifyKind, identify, england, ledger);
  const link = { datasets, rule_set: "hes-ons@1", ledger: "hes", deaths: "ons_deaths" };
  await runStep(linkKind, link, england, links, identified);
  return england;
}

/** The files of the current releases of a data set's zone. */
export function zoneFiles(england: LinkedEngland, zone: "content" | "identity", dataSet: string): string[] {
  const releases = current(england.releases, dataSet);
  return releases.flatMap((release) => release[zone].map((file) => join(england.store, file.path)));
}

/** Runs with a session in a folder, and closes it. */
export async function inSession<T>(folder: string, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await open(folder);
  try {
    return await work(session);
  } finally {
    session.close();
  }
}

async function open(folder: string): Promise<Session> {
  const spillFolder = join(folder, "spill");
  await mkdir(spillFolder, { recursive: true, mode: 0o700 });
  return await Session.open({ threads: 2, memoryBytes: 2 * 2 ** 30, spillFolder });
}

async function runStep<Spec>(
  kind: StepKind<Spec>,
  spec: Spec,
  england: LinkedEngland,
  folder: string,
  ledger?: CompiledStep,
): Promise<CompiledStep> {
  const requests = Object.entries(kind.inputs(spec, { agreement: undefined, catalogue }));
  const inputs = Object.fromEntries(
    requests.map(([name, request]) => [name, found(name, request, england, ledger)]),
  );
  const compiled = kind.compile(spec, {
    stepId: "step",
    catalogue,
    inputs,
    agreement: undefined,
    pipeline: { name: "test", title: "Test" },
    period: undefined,
    asAt: "2025-06-30",
    earlier: {},
  });
  await mkdir(folder, { recursive: true });
  await inSession(england.folder, async (session) => {
    for (const input of Object.values(inputs)) await openScan(session, input.scan);
    await runOperations(compiled.operations, {
      session,
      folder,
      hostFunctions: { "components@1": components },
    });
  });
  return compiled;
}

/** An input with the files it has in this England. */
function found(
  name: string,
  request: InputRequest,
  england: LinkedEngland,
  ledger: CompiledStep | undefined,
): ResolvedInput {
  const empty = emptyInput(name, request);
  const withFiles = (paths: readonly string[], columns: readonly string[]): ResolvedInput => ({
    ...empty,
    scan: { ...empty.scan, files: paths.map((path) => ({ path, columns })) },
  });
  if (request.from === "ledger") {
    const output = ledger?.outputs[request.output];
    const names = output?.columns.map((column) => column.name) ?? [];
    return withFiles(
      (output?.files ?? []).map((file) => join(england.ledger, file)),
      names,
    );
  }
  if (request.from !== "content" && request.from !== "identity") return empty;
  const releases = current(england.releases, request.dataSet);
  const held = new Set(releases.flatMap((release) => release.fields[request.from]));
  return withFiles(zoneFiles(england, request.from, request.dataSet), ["record_id", ...held]);
}
