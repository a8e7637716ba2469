import { nearest, refuse } from "../base/diagnostics.ts";
import { duckdb } from "../sql/duckdb.ts";
import { print } from "../sql/print.ts";
import { badLabels, labelColumns, labelsFile, labelsQuery } from "../steps/match/labels-query.ts";
import { openScan } from "./operations.ts";
import { readRecordFile } from "./record-file.ts";
import type { Session } from "./session.ts";

/**
 * Makes the table `labels` of a file of labelled pairs, CSV or Parquet: each pair once, lower record first, with the mean
 * of its labels. A pair without a label is left out.
 *
 * Errors: link/unreadable-file, spec/unreadable, spec/unknown-name for a column, link/bad-labels.
 */
export async function openLabels(session: Session, file: string): Promise<void> {
  const read = await readRecordFile(file, {});
  if (read === undefined) return refuse("spec/unreadable", { file }, { reason: "there is no such file" });
  const known = read.columns.map(({ name }) => name);
  for (const name of labelColumns) {
    if (!known.includes(name))
      refuse("spec/unknown-name", { file }, { what: "column", name, near: nearest(name, known), known });
  }
  await openScan(session, {
    relation: { name: labelsFile, columns: read.columns },
    files: [{ path: file, columns: known }],
    ...(read.format === "csv" ? { delimiter: "," } : {}),
  });
  await checkLabels(session, file);
  await session.run("labels", `CREATE TABLE labels AS ${print(labelsQuery, duckdb)}`);
}

/** Errors: link/bad-labels. */
export async function checkLabels(session: Session, file: string): Promise<void> {
  const { n } = await session.row("labels", print(badLabels, duckdb));
  if (Number(n) > 0) refuse("link/bad-labels", { file }, { n: Number(n) });
}
