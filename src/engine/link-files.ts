import { copyFile, readFile, rename, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { stringify } from "yaml";
import { InvariantError, nearest, refuse } from "../base/diagnostics.ts";
import type { LinkageReport } from "../model/linkage/evaluate/report.ts";
import type { Linkage, MatchSpec, PreviousFiles } from "../steps/match/match-spec.ts";
import { makeFolder } from "./durable.ts";
import { type EngineBounds, engineBounds } from "./engine-bounds.ts";
import { filesOfResult, noteLinkage } from "./linkage-results.ts";
import { type LoadedPipeline, loadPipeline } from "./run/load-pipeline.ts";
import { runPipeline } from "./run/run-pipeline.ts";
import type { RunRecord } from "./run/run-record.ts";
import { type RunRequest, untold } from "./run/run-request.ts";
import { unfinishedRun } from "./run/unfinished.ts";
import { withPlan } from "./run/with-plan.ts";
import { bareWorkspace } from "./workspace.ts";

/** What linking files is asked for. */
export interface LinkFilesRequest
  extends EngineBounds,
    Partial<Pick<RunRequest, "now" | "progress" | "signal">> {
  /** The specification: a file with a pipeline of one match step; or what such a step says, its files as from here. */
  readonly linkage: string | Linkage;
  /** Where the results stand afterwards. */
  readonly out: string;
  /** Files to read in place of those that the specification names, by source. */
  readonly inputs?: Readonly<Record<string, string>>;
  /**
   * The folder of an earlier linkage's results, or its clusters.parquet: a cluster that still is the same person keeps
   * its id, and ledger.parquet tells of the others. Where it is left out, what the specification says.
   */
  readonly previous?: string | undefined;
  /** How pairs are scored, whatever the specification says: auto, plain, bounded or kernel. */
  readonly plan?: string | undefined;
  /** Goes on with the last run into `out`, which did not end well, for its date. */
  readonly resume?: boolean | undefined;
}

/** What linking files made. */
export interface LinkFilesResult {
  readonly record: RunRecord;
  readonly files: readonly string[];
  /** What the analyst should look at. */
  readonly warnings: readonly string[];
}

/** The hidden folder of a result's own runs: a second run finds there what need not be done again. */
const hidden = ".dars";

/**
 * Links files without a workspace: a run in a hidden folder of `out`, whose results are then put into `out`.
 * It belongs to the files' owner, and opens no store. Bounds that are left out are the machine's.
 *
 * Out, in `out`: links.parquet (one row per pair that was chosen, by record), clusters.parquet (one per record),
 * ledger.parquet (what became of cluster ids), and model.json, report.html and its numbers report.json; linkage.yaml
 * where no file was given.
 *
 * Errors: those of a run; run/nothing-to-resume; link/not-files for a specification with other steps; link/no-results
 * and link/no-clusters where `previous` is no linkage's.
 */
export async function linkFiles(request: LinkFilesRequest): Promise<LinkFilesResult> {
  const results = [
    "links.parquet",
    "clusters.parquet",
    "ledger.parquet",
    "model.json",
    "report.json",
    "report.html",
  ];
  const made = await makeFiles(request, results);
  const report = await readFile(join(request.out, "report.json"), "utf8");
  const { warnings } = JSON.parse(report) as LinkageReport;
  const known = made.record.steps.at(-1)?.measures["ledger"]?.["records_known"];
  return { ...made, warnings: known === 0 ? [...warnings, strangers] : warnings };
}

const strangers =
  "no record of the linkage before is among these, so that all cluster ids are new; records are known by source and id";

/** Trains the model of a linkage, as `linkFiles` does, and links nothing: model.json is all that it writes. */
export async function trainModel(request: LinkFilesRequest): Promise<LinkFilesResult> {
  return await makeFiles(request, ["model.json"], "model");
}

async function makeFiles(
  request: LinkFilesRequest,
  files: readonly string[],
  makes?: MatchSpec["makes"],
): Promise<LinkFilesResult> {
  const { out, linkage, progress = untold, signal = new AbortController().signal } = request;
  const { now = () => new Date().toISOString() } = request;
  const workspace = bareWorkspace(join(resolve(out), hidden), engineBounds(request));
  const file = typeof linkage === "string" ? linkage : await writeLinkage(linkage, out);
  const previous = request.previous === undefined ? undefined : await filesOfResult(request.previous);
  const loaded = withPlan((await loadLinkage({ ...request, file, makes, previous })).loaded, request.plan);
  const asAt = request.resume ? (await unfinishedRun(workspace.paths.runs, loaded)).asAt : now().slice(0, 10);
  await makeFolder(workspace.root, 0o700);
  const record = await runPipeline({ workspace, loaded, period: undefined, asAt, now, progress, signal });
  const result = record.steps.at(-1)?.result;
  if (result === null || result === undefined) throw new InvariantError("a match step left no result");
  for (const file of files) {
    const staged = join(out, `.${file}.${process.pid}`);
    await copyFile(join(workspace.root, result, file), staged);
    await rename(staged, join(out, file));
  }
  await noteLinkage(out, { file, inputs: request.inputs ?? {} });
  return { record, files, warnings: [] };
}

/** Writes what a match step says as a file that can be run again. */
async function writeLinkage(linkage: Linkage, out: string): Promise<string> {
  const { sources, model, training, previous, ...match } = linkage;
  const files = Object.entries(sources).map(([name, source]) => [
    name,
    "file" in source ? { ...source, file: resolve(source.file) } : source,
  ]);
  const labels = training?.labels && { labels: { file: resolve(training.labels.file) } };
  const step = {
    ...{ id: "link", kind: "match", sources: Object.fromEntries(files), ...match },
    ...(model === undefined ? {} : { model: resolve(model) }),
    ...(training === undefined ? {} : { training: { ...training, ...labels } }),
    ...(previous === undefined
      ? {}
      : { previous: typeof previous === "string" ? previous : wholePaths(previous) }),
  };
  const file = join(out, "linkage.yaml");
  await makeFolder(out);
  const text = stringify({ version: 1, pipeline: "linkage", title: "Linkage of files", steps: [step] });
  await writeFile(file, text);
  return file;
}

function wholePaths({ clusters, ledger }: PreviousFiles): PreviousFiles {
  return { clusters: resolve(clusters), ...(ledger === undefined ? {} : { ledger: resolve(ledger) }) };
}

/** A linkage's specification and its files, and the bounds of work on them. */
export interface LinkageFiles extends EngineBounds {
  /** A pipeline of one match step. */
  readonly file: string;
  /** Files to read in place of those that the specification names, by source. */
  readonly inputs?: Readonly<Record<string, string>>;
}

/**
 * A linkage's specification, with the files it is given. Without a workspace nothing came before that is not named.
 * Errors: link/not-files; spec/unknown-name for a source.
 */
export async function loadLinkage({
  file,
  inputs = {},
  makes,
  previous,
}: LinkageFiles & Pick<MatchSpec, "makes" | "previous">): Promise<{
  readonly loaded: LoadedPipeline;
  readonly spec: MatchSpec;
}> {
  const loaded = await loadPipeline(file);
  const { pipeline } = loaded;
  const [step] = pipeline.steps;
  if (step === undefined || pipeline.steps.length !== 1 || step.kind !== "match") {
    return refuse("link/not-files", { file }, {});
  }
  const written = step.spec as MatchSpec;
  const known = Object.keys(written.sources);
  for (const name of Object.keys(inputs)) {
    if (known.includes(name)) continue;
    refuse(
      "spec/unknown-name",
      { file: "--input" },
      { what: "source", name, near: nearest(name, known), known },
    );
  }
  const sources = Object.fromEntries(
    Object.entries(written.sources).map(([name, source]) => {
      const given = inputs[name];
      return [name, given === undefined ? source : { ...source, file: resolve(given) }];
    }),
  );
  const spec: MatchSpec = {
    ...{ ...written, sources, previous: previous ?? written.previous ?? "none" },
    ...(makes === undefined ? {} : { makes }),
  };
  return { loaded: { ...loaded, pipeline: { ...pipeline, steps: [{ ...step, spec }] } }, spec };
}
