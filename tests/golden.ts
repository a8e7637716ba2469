import { readdir } from "node:fs/promises";
import { resolve } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { expect } from "vitest";
import { duckdb } from "../src/sql/duckdb.ts";
import type { Operation, Scan } from "../src/sql/operation.ts";
import { operationSql } from "../src/sql/operation-sql.ts";
import { spark } from "../src/sql/spark.ts";
import type { Relation } from "../src/sql/type.ts";

/**
 * Holds the SQL of every operation to a committed file per dialect, `<folder>/<id>.duckdb.sql` and `.spark.sql`, and has
 * DuckDB bind its own against empty tables: those of the scans first, then what each operation makes, in order.
 *
 * `folder` is named from the root of the repository. A file that is missing is written, but not where CI is set;
 * one that is too many fails.
 */
export async function expectGolden(
  operations: readonly Operation[],
  scans: readonly Scan[],
  folder: string,
): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    const named = byFileName(operations);
    await expect(orderOf(named, scans)).toMatchFileSnapshot(resolve(folder, "order.json"));
    for (const scan of scans) await createEmpty(connection, scan.relation);
    for (const [name, operation] of named) {
      const text = operationSql(operation, duckdb);
      const file = resolve(folder, name);
      await expect(`${text}\n`).toMatchFileSnapshot(`${file}.duckdb.sql`);
      await expect(`${operationSql(operation, spark)}\n`).toMatchFileSnapshot(`${file}.spark.sql`);
      await bind(connection, operation.id, text);
      if (operation.kind === "statement" || operation.kind === "host") {
        await createEmpty(connection, operation.output);
      }
    }
    const held = (await readdir(resolve(folder))).filter((file) => file.endsWith(".sql")).sort();
    const made = [...named.keys()].flatMap((name) => [`${name}.duckdb.sql`, `${name}.spark.sql`]);
    expect(held, "a golden file that no operation makes is to be deleted").toEqual(made.sort());
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** The tables that stand before, and the operations in their order: enough to run the files again elsewhere. */
function orderOf(named: ReadonlyMap<string, Operation>, scans: readonly Scan[]): string {
  const steps = [...named].map(([file, operation]) => ({
    file,
    kind: operation.kind,
    ...(operation.kind === "host" ? { output: operation.output } : {}),
  }));
  return `${JSON.stringify({ scans: scans.map((scan) => scan.relation), operations: steps })}\n`;
}

/** Operations by the names of their files: who follows another of its id is told apart by its kind. */
function byFileName(operations: readonly Operation[]): Map<string, Operation> {
  const named = new Map<string, Operation>();
  for (const operation of operations) {
    const id = operation.id.replaceAll(/[^a-z0-9_-]+/gi, "-");
    named.set(named.has(id) ? `${id}_${operation.kind}` : id, operation);
  }
  return named;
}

async function bind(connection: DuckDBConnection, id: string, text: string): Promise<void> {
  try {
    await connection.run(`EXPLAIN ${text}`);
  } catch (error) {
    throw new Error(`${id} does not bind: ${(error as Error).message}`);
  }
}

async function createEmpty(connection: DuckDBConnection, { name, columns }: Relation): Promise<void> {
  const declared = columns.map((c) => `${duckdb.quoteIdentifier(c.name)} ${duckdb.typeName(c.type)}`);
  await connection.run(`CREATE TABLE ${duckdb.quoteIdentifier(name)} (${declared.join(", ")})`);
}
