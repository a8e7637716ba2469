import { randomBytes } from "node:crypto";
import { mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { refuse } from "../../base/diagnostics.ts";
import type { DataSet, Shape } from "../../catalogue/dataset.ts";
import type { Month } from "../../model/period.ts";
import type { Release, ReleasePeriod } from "../../model/release.ts";
import type { Layout } from "../../steps/ingest/layout.ts";
import { layoutOf } from "../../steps/ingest/layout.ts";
import {
  commitRelease,
  heldRelease,
  nextReleaseNumber,
  readReleases,
  stagingFolder,
  sweepStore,
} from "../store.ts";
import { type Built, buildRelease } from "./build-release.ts";
import { chooseShape, decideReleasePeriod } from "./choose.ts";
import { explainFullDisk } from "./disk.ts";
import type { IngestRequest } from "./ingest-request.ts";
import { declaredCounts, openSource, type Source } from "./open-source.ts";
import { surveyFile } from "./survey.ts";
import type { IngestWorkspace } from "./workspace.ts";

/** ingested: a new release. held: these bytes are a release already, and nothing was done. */
export interface IngestResult {
  readonly outcome: "ingested" | "held";
  readonly release: Release;
}

/**
 * Takes one supplier file into the store: whole, with its bad rows set apart, or not at all. Run under the workspace lock.
 *
 * Errors: a Refusal (codes `ingest/…`, `spec/…`) leaves the store as it was; so does any other error.
 */
export async function ingestFile(request: IngestRequest, workspace: IngestWorkspace): Promise<IngestResult> {
  const source = await openSource(request.file);
  try {
    return await ingestSource(request, source, workspace);
  } finally {
    await source.handle.close();
  }
}

async function ingestSource(
  request: IngestRequest,
  source: Source,
  workspace: IngestWorkspace,
): Promise<IngestResult> {
  const releases = await readReleases(workspace.store);
  const { dataSet, shape } = chooseShape(request, source, workspace.catalogue);
  const layout = layoutOf(dataSet, shape);
  const cohort = cohortOf(dataSet, shape, source);
  const encoding = request.encoding ?? shape.encoding;
  if (releases.some((release) => release.source.bytes === source.bytes)) {
    const options = { file: source.file, encoding, quoted: shape.quote !== null };
    const { sha256 } = await surveyFile(source.handle, options);
    const held = heldRelease(releases, { name: source.name, sha256, cohort });
    if (held !== undefined) return { outcome: "held", release: held };
  }
  const { counts, trailerAt } = await declaredCounts(source, shape, request.records);
  const number = nextReleaseNumber(releases);
  await sweepStore(workspace.store, number);
  const staging = join(stagingFolder(workspace.store), randomBytes(8).toString("hex"));
  await mkdir(workspace.store, { recursive: true });
  await mkdir(staging, { recursive: true, mode: 0o700 });
  try {
    const task = { source, layout, encoding, counts, trailerAt, number, staging };
    const built = await buildRelease(task, workspace);
    await refuseChange(source);
    const period =
      cohort === undefined
        ? decideReleasePeriod(request, source.name, layout, built.years, source.file)
        : monthOfArrival(workspace.now);
    const described = describe(layout, source, number, built, period, workspace.now);
    const release = cohort === undefined ? described : { ...described, cohort };
    await workspace.onStage?.("staged");
    await commitRelease(workspace.store, staging, release);
    return { outcome: "ingested", release };
  } catch (error) {
    // Before the staged files go, as they are what fills the disk.
    throw await explainFullDisk(error, request.file, workspace.store);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

function describe(
  { dataSet, shape, content, identity }: Layout,
  source: Source,
  number: number,
  built: Built,
  period: ReleasePeriod,
  now: string,
): Release {
  return {
    format: 1,
    dataSet: dataSet.id,
    number,
    supply: dataSet.supply,
    shape: shape.name,
    period,
    received: now,
    source: { name: source.name, bytes: source.bytes, sha256: built.sha256 },
    rows: built.rows,
    checks: built.checks,
    fields: { content: content.map((f) => f.name), identity: identity.map((f) => f.name) },
    content: built.content,
    identity: built.identity,
    rejects: built.rejects,
  };
}

/** The cohort of a customer's list, by the file's name; undefined for other data. Errors: ingest/no-cohort. */
function cohortOf({ isCohort }: DataSet, { fileName }: Shape, { name, file }: Source): string | undefined {
  if (isCohort !== true) return undefined;
  return fileName?.exec(name)?.groups?.["cohort"] ?? refuse("ingest/no-cohort", { file }, {});
}

/** A customer's list has no period of its own; it counts from when it came in. */
function monthOfArrival(now: string): ReleasePeriod {
  const month = now.slice(0, 7) as Month;
  return { from: month, to: month, status: "final" };
}

async function refuseChange(source: Source): Promise<void> {
  const now = await stat(source.file).catch(() => undefined);
  if (now === undefined || now.size !== source.bytes || now.mtimeMs !== source.modified) {
    refuse("ingest/changed", { file: source.file }, {});
  }
}
