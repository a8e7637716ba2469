import { nearest, refuse } from "../base/diagnostics.ts";
import { openScan } from "./operations.ts";
import { readRecordFile } from "./record-file.ts";
import type { Session } from "./session.ts";

/** Columns of a file of labelled pairs; a label is 1 for a match, 0 for none, or how likely a match is. */
export const labelColumns = ["source_l", "id_l", "source_r", "id_r", "label"] as const;

/** Labelled pairs, read. */
export interface ReadLabels {
  /** Pairs, each once. */
  readonly pairs: number;
}

/**
 * Makes the table `labels` of a file of labelled pairs, CSV or Parquet: each pair once, lower record first, with the mean
 * of its labels. A pair without a label is left out.
 *
 * Errors: link/unreadable-file, spec/unreadable, spec/unknown-name for a column, link/bad-labels.
 */
export async function openLabels(session: Session, file: string): Promise<ReadLabels> {
  const read = await readRecordFile(file, ",");
  if (read === undefined) return refuse("spec/unreadable", { file }, { reason: "there is no such file" });
  const known = read.columns.map(({ name }) => name);
  for (const name of labelColumns) {
    if (!known.includes(name))
      refuse("spec/unknown-name", { file }, { what: "column", name, near: nearest(name, known), known });
  }
  await openScan(session, {
    relation: { name: "labels_file", columns: read.columns },
    files: [{ path: file, columns: known }],
    ...(read.format === "csv" ? { delimiter: "," } : {}),
  });
  const text = (name: string) => `trim(CAST(${name} AS VARCHAR))`;
  const label = `TRY_CAST(${text("label")} AS DOUBLE)`;
  const { n } = await session.row(
    "labels",
    `SELECT count(*) AS n FROM labels_file WHERE ${text("label")} <> '' AND NOT coalesce(${label} BETWEEN 0 AND 1, FALSE)`,
  );
  if (Number(n) > 0) refuse("link/bad-labels", { file }, { n: Number(n) });
  const [l, r] = ["l", "r"].map((side) => `[${text(`source_${side}`)}, ${text(`id_${side}`)}]`);
  await session.run(
    "labels",
    `CREATE TABLE labels AS
SELECT a[1] AS source_l, a[2] AS id_l, b[1] AS source_r, b[2] AS id_r, avg(label) AS label
FROM (SELECT least(${l}, ${r}) AS a, greatest(${l}, ${r}) AS b, ${label} AS label FROM labels_file)
WHERE label IS NOT NULL AND a <> b
GROUP BY a, b`,
  );
  return { pairs: await session.count("labels") };
}
