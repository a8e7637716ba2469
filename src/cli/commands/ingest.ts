import { refuse } from "../../base/diagnostics.ts";
import { catalogue } from "../../catalogue/catalogue.ts";
import type { Encoding } from "../../catalogue/dataset.ts";
import { type IngestResult, ingestFile } from "../../engine/ingest/ingest-file.ts";
import type { IngestRequest } from "../../engine/ingest/ingest-request.ts";
import { ingestWorkspace } from "../../engine/ingest/workspace.ts";
import { withLock } from "../../engine/lock.ts";
import type { Workspace } from "../../engine/workspace.ts";
import { type CommandContext, type CommonOptions, type Verb, workspaceOf } from "../command.ts";
import { formatCount, renderTable } from "../render/table.ts";
import { count } from "./synth.ts";

interface Options extends CommonOptions {
  readonly dataset?: string;
  readonly shape?: string;
  readonly period?: string;
  readonly records?: string;
  readonly encoding?: string;
}

/** `dars ingest FILE…`: supplier files into the store, each whole or not at all. */
export const ingestVerb: Verb = (program, answer) => {
  program
    .command("ingest")
    .description(
      "take supplier files into the store; each is taken whole, with bad rows set apart, or refused",
    )
    .argument("<file...>", "supplier files")
    .option("--dataset <id>", "the data set, where the header alone does not tell")
    .option("--shape <name>", "the shape, where several have this header")
    .option("--period <period>", "2023/24 or 2024-01, where neither name nor rows tell")
    .option("--records <n>", "the number of records the supplier declared")
    .option("--encoding <name>", "utf-8, latin-1 or cp1252, where it is not the shape's own")
    .addHelpText("after", "\nExit: 0 taken in, or held already · 3 refused, the store is as it was")
    .action(
      answer(async (context, files: string[], options: Options) => {
        const workspace = await workspaceOf(options);
        const requests = files.map((file) => requestOf(file, options));
        const results = await ingestAll(workspace, requests, context, (file) =>
          context.progress.write(`ingest: ${file}\n`),
        );
        return { json: { files: results.map(summary) }, text: renderResults(results) };
      }),
    );
};

/** Takes files in one after the other. Those before a refused one stay. */
export async function ingestAll(
  workspace: Workspace,
  requests: readonly IngestRequest[],
  context: CommandContext,
  onFile: (file: string) => void,
): Promise<IngestResult[]> {
  return await withLock(workspace.paths.runs, context.now(), async () => {
    const results: IngestResult[] = [];
    for (const request of requests) {
      if (context.signal.aborted) refuse("run/interrupted", { file: request.file }, {});
      onFile(request.file);
      results.push(await ingestFile(request, ingestWorkspace(workspace, catalogue, context.now())));
    }
    return results;
  });
}

function requestOf(file: string, options: Options): IngestRequest {
  const { dataset, shape, period, records } = options;
  return {
    file,
    ...(dataset === undefined ? {} : { dataSet: dataset }),
    ...(shape === undefined ? {} : { shape }),
    ...(period === undefined ? {} : { period }),
    ...(records === undefined ? {} : { records: count("--records", records) }),
    ...(options.encoding === undefined ? {} : { encoding: encoding(options.encoding) }),
  };
}

function encoding(name: string): Encoding {
  if (name === "utf-8" || name === "latin-1" || name === "cp1252") return name;
  const known = ["utf-8", "latin-1", "cp1252"];
  return refuse(
    "spec/unknown-name",
    { file: "--encoding" },
    { what: "encoding", name, near: undefined, known },
  );
}

function summary({ outcome, release }: IngestResult): object {
  const { dataSet, number, period, rows, checks, source } = release;
  return { outcome, file: source.name, dataSet, release: number, period, rows, checks };
}

function renderResults(results: readonly IngestResult[]): string {
  const rows = results.map(({ outcome, release }) => [
    release.source.name,
    outcome === "held" ? `already held as release ${release.number}` : `release ${release.number}`,
    release.dataSet,
    release.rows.in,
    release.rows.kept,
    release.rows.rejected,
  ]);
  const checks = results
    .filter(({ outcome }) => outcome === "ingested")
    .flatMap(({ release }) =>
      Object.entries(release.checks)
        .filter(([, n]) => n > 0)
        .map(([code, n]) => `  ${release.source.name}: ${code} found in ${formatCount(n)} rows`),
    );
  const table = renderTable(["file", "", "data set", "rows in", "kept", "rejected"], rows);
  return checks.length === 0
    ? table
    : `${table}\n\nChecks (dars catalogue <data set> says what each means):\n${checks.join("\n")}`;
}
