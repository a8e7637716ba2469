import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { type ClusterQuality, compareClusters } from "../src/model/linkage/evaluate/evaluation.ts";

/** A file with known truth: how DuckDB reads it, its id, and the column that names the true person. */
export interface LabelledFile {
  readonly source: string;
  readonly id: string;
  readonly person: string;
}

/** The clusters of a linkage of files against the truth, over all records of all sources that have a true person. */
export async function qualityOfClusters(
  out: string,
  files: Readonly<Record<string, LabelledFile>>,
): Promise<ClusterQuality> {
  const truth = Object.entries(files).map(
    ([name, { source, id, person }]) =>
      `SELECT '${name}' AS source, CAST(${id} AS VARCHAR) AS id, CAST(${person} AS VARCHAR) AS person FROM ${source}`,
  );
  const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(
    `SELECT c.cluster_id, CAST(dense_rank() OVER (ORDER BY t.person) AS INTEGER) AS person
FROM read_parquet('${join(out, "clusters.parquet")}') AS c
JOIN (${truth.join(" UNION ALL ")}) AS t ON t.source = c.source AND t.id = CAST(c.id AS VARCHAR)
WHERE t.person IS NOT NULL`,
  );
  const [found = [], wanted = []] = reader.getColumns() as number[][];
  connection.closeSync();
  instance.closeSync();
  return compareClusters(Int32Array.from(found), Int32Array.from(wanted));
}
