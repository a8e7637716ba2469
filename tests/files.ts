import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";

/** Paths of all files below a folder, relative to `root`, sorted; those that begin with a dot too. */
export async function filesBelow(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? await filesBelow(root, path) : [path];
    }),
  );
  return found.flat().sort();
}

/** SHA-256 of every file below a folder, by path relative to `root`. */
export async function digestsBelow(root: string, folder: string): Promise<Record<string, string>> {
  const paths = await filesBelow(root, folder);
  const digests = await Promise.all(
    paths.map(async (path) => {
      const bytes = await readFile(join(root, path));
      return [path, createHash("sha256").update(bytes).digest("hex")] as const;
    }),
  );
  return Object.fromEntries(digests);
}

/** Rows of queries over files, every value as text. */
export async function query(...texts: readonly string[]): Promise<Record<string, string | null>[]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    let rows: Record<string, string | null>[] = [];
    for (const text of texts) {
      const reader = await connection.runAndReadAll(text);
      rows = reader.getRowObjectsJson().map((row) => {
        const cells = Object.entries(row).map(([name, v]) => [name, v === null ? null : String(v)] as const);
        return Object.fromEntries(cells);
      });
    }
    return rows;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** One column of a query's rows. */
export async function column(text: string): Promise<string[]> {
  const rows = await query(text);
  return rows.flatMap((row) => Object.values(row).filter((value) => value !== null));
}
