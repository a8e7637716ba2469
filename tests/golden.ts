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
    await expect(orderOf(operations, scans)).toMatchFileSnapshot(resolve(folder, "order.json"));
    for (const scan of scans) await createEmpty(connection, scan.relation);
    for (const operation of operations) {
      const text = operationSql(operation, duckdb);
      const file = resolve(folder, fileName(operation));
      await expect(`${text}\n`).toMatchFileSnapshot(`${file}.duckdb.sql`);
      await expect(`${operationSql(operation, spark)}\n`).toMatchFileSnapshot(`${file}.spark.sql`);
      await bind(connection, operation.id, text);
      if (operation.kind === "statement" || operation.kind === "host") {
        await createEmpty(connection, operation.output);
      }
    }
    const held = (await readdir(resolve(folder))).filter((file) => file.endsWith(".sql")).sort();
    const made = operations.flatMap((o) => [`${fileName(o)}.duckdb.sql`, `${fileName(o)}.spark.sql`]);
    expect(held, "a golden file that no operation makes is to be deleted").toEqual(made.sort());
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** The tables that stand before, and the operations in their order: enough to run the files again elsewhere. */
function orderOf(operations: readonly Operation[], scans: readonly Scan[]): string {
  const steps = operations.map((operation) => ({
    file: fileName(operation),
    kind: operation.kind,
    ...(operation.kind === "host" ? { output: operation.output } : {}),
  }));
  return `${JSON.stringify({ scans: scans.map((scan) => scan.relation), operations: steps })}\n`;
}

function fileName(operation: Operation): string {
  return operation.id.replaceAll(/[^a-z0-9_-]+/gi, "-");
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
