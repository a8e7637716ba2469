import { access, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { Refusal, refuse } from "../base/diagnostics.ts";
import type { TrainedModel } from "../model/linkage/train/trained-model.ts";
import { duckdb } from "../sql/duckdb.ts";
import { readModelFile } from "../steps/match/model-file.ts";
import { readText } from "./run/load-pipeline.ts";
import type { Session } from "./session.ts";

/** What a folder of results was made of, with whole paths. */
export interface MadeOf {
  readonly file: string;
  readonly inputs: Readonly<Record<string, string>>;
}

/** Where a folder of results says what it was made of. */
const noteIn = (folder: string): string => join(folder, ".dars", "linkage.json");

/** The model's file in a folder of results. */
export const modelIn = (folder: string): string => join(folder, "model.json");

/** Notes in a folder of results what they are made of. */
export async function noteLinkage(folder: string, { file, inputs }: MadeOf): Promise<void> {
  const paths = Object.entries(inputs).map(([name, path]) => [name, resolve(path)]);
  const note: MadeOf = { file: resolve(file), inputs: Object.fromEntries(paths) };
  await writeFile(noteIn(folder), `${JSON.stringify(note)}\n`);
}

/** What a folder of results was made of. Errors: link/no-results. */
export async function readNote(folder: string): Promise<MadeOf> {
  const text = await readFile(noteIn(folder), "utf8").catch(() => undefined);
  if (text === undefined) return refuse("link/no-results", { file: folder }, {});
  return JSON.parse(text) as MadeOf;
}

/** A trained model's file. Errors: spec/unreadable; those of `readModelFile`. */
export async function readTrained(file: string): Promise<TrainedModel> {
  const read = readModelFile(await readText(file), file);
  if ("diagnostics" in read) throw new Refusal(read.diagnostics);
  return read.model;
}

/** Where clusters and their ledger are, in a folder of results or beside a file of clusters. Errors: link/no-results. */
export async function filesOfResult(path: string): Promise<{ clusters: string; ledger?: string }> {
  const found = await stat(path).catch(() => refuse("link/no-results", { file: path }, {}));
  const clusters = resolve(found.isDirectory() ? join(path, "clusters.parquet") : path);
  const ledger = join(dirname(clusters), "ledger.parquet");
  const isThere = async (file: string) =>
    await access(file).then(
      () => true,
      () => false,
    );
  if (!(await isThere(clusters))) return refuse("link/no-results", { file: path }, {});
  return { clusters, ...((await isThere(ledger)) ? { ledger } : {}) };
}

/** The results of a linkage, as views `links` and `clusters`. Errors: link/no-results. */
export async function openResults(session: Session, folder: string): Promise<void> {
  for (const name of ["links", "clusters"]) {
    const path = join(folder, `${name}.parquet`);
    await access(path).catch(() => refuse("link/no-results", { file: folder }, {}));
    await session.run(name, `CREATE VIEW ${name} AS SELECT * FROM read_parquet(${duckdb.quoteText(path)})`);
  }
}
