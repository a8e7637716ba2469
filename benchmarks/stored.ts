import { join } from "node:path";
import { readReleases } from "../src/engine/store.ts";
import { readVersions, versionFolder } from "../src/engine/versions.ts";
import type { Workspace } from "../src/engine/workspace.ts";
import { versionOf } from "../src/plan/step-version.ts";
import { duckdb } from "../src/sql/duckdb.ts";
import type { Bench } from "./suite.ts";

/** Files as a relation. */
export function readFiles(paths: readonly string[]): string {
  return `read_parquet([${paths.map(duckdb.quoteText).join(", ")}])`;
}

/** The files of a zone of a data set in the bench's store. */
export async function filesOf(
  { workspace }: Bench,
  zone: "content" | "identity",
  dataSet: string,
): Promise<string[]> {
  const releases = (await readReleases(workspace.paths.store)).filter((r) => r.dataSet === dataSet);
  return releases.flatMap((release) => release[zone].map((file) => join(workspace.paths.store, file.path)));
}

/** Records of admitted care in the bench's store. */
export async function recordsOf({ workspace }: Bench): Promise<number> {
  const releases = (await readReleases(workspace.paths.store)).filter((r) => r.dataSet === "hes_apc");
  return releases.reduce((sum, release) => sum + release.rows.kept, 0);
}

/** The files of an output of the newest version of a chain of links. */
export async function outputFiles(workspace: Workspace, chain: string, output: string): Promise<string[]> {
  const version = versionOf(await readVersions(workspace), chain);
  if (version === undefined) throw new Error(`there is no version of ${chain}`);
  const folder = versionFolder(workspace, { ...version, home: "links" });
  return (version.outputs[output]?.files ?? []).map((file) => join(folder, file.path));
}

/** The files of an output of the bench's ledger. */
export async function ledgerFiles({ workspace }: Bench, output: string): Promise<string[]> {
  return await outputFiles(workspace, "hes", output);
}
