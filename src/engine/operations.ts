import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { InvariantError } from "../base/diagnostics.ts";
import { duckdb } from "../sql/duckdb.ts";
import { fn } from "../sql/functions.ts";
import { tablesDone } from "../sql/names-in.ts";
import type { Copy, Document, HostCall, Measure, Operation, Scan, Statement } from "../sql/operation.ts";
import { operationSql } from "../sql/operation-sql.ts";
import { print } from "../sql/print.ts";
import { rowGroupRows } from "../sql/row-group.ts";
import { as, cast, ident, join as list, nullOf, sql } from "../sql/sql.ts";
import type { Relation } from "../sql/type.ts";
import { csvText, inUtf8 } from "./record-text.ts";
import type { Session } from "./session.ts";

/** A host function: reads its input, makes its output relation in the session, returns the rows made. */
export type HostFunction = (session: Session, call: HostCall, inputText: string) => Promise<number>;

/** What the operations of one step may touch. */
export interface OperationContext {
  readonly session: Session;
  /** Where the step's files are written. */
  readonly folder: string;
  readonly hostFunctions: Readonly<Record<string, HostFunction>>;
  /** Whether a table is dropped after its last reader; not where somebody looks at the tables afterwards. */
  readonly dropsTables?: boolean;
  /** Told before and after each operation; rows are those it made. */
  readonly onOperation?: (event: OperationEvent) => void;
}

export interface OperationEvent {
  readonly id: string;
  readonly state: "started" | "working" | "done";
  readonly rows?: number;
  /** What it is doing. */
  readonly what?: string;
}

/** What one operation did. `counts` are a measure's columns. */
export interface OperationResult {
  readonly id: string;
  readonly rows: number;
  readonly file?: string;
  readonly counts?: Readonly<Record<string, number>>;
  /** What it told of itself while it ran. */
  readonly told?: readonly string[];
}

/** Makes the files of a scan readable under its relation's name, each column of its declared type. */
export async function openScan(session: Session, scan: Scan): Promise<void> {
  await session.run(
    `scan ${scan.relation.name}`,
    `CREATE VIEW ${name(scan.relation.name)} AS ${scanText(await inUtf8(scan, session.spillFolder))}`,
  );
}

/** The text that reads a scan's files; absent columns are NULL, no file gives no row. */
function scanText({ relation, files, delimiter, bytes = [], lists = [] }: Scan): string {
  const present = new Set(files.flatMap((file) => file.columns));
  const read = (column: string) => {
    if (lists.includes(column)) return fn.listText(sql`CAST(${ident(column)} AS VARCHAR[])`);
    return bytes.includes(column) ? sql`hex(${ident(column)})` : ident(column);
  };
  const columns = relation.columns.map((c) =>
    as(present.has(c.name) && files.length > 0 ? cast(read(c.name), c.type) : nullOf(c.type), c.name),
  );
  const select = print(sql`SELECT ${list(columns)}`, duckdb);
  if (files.length === 0) return `${select} WHERE false`;
  const paths = files.map((file) => file.path);
  if (delimiter !== undefined) return `${select} FROM ${csvText({ relation, delimiter }, paths)}`;
  return `${select} FROM read_parquet([${paths.map(duckdb.quoteText).join(", ")}], union_by_name = true)`;
}

/**
 * Loads a list of one value a line, such as the opt-out list that the national service returns: `9434765919,`.
 * A final comma, blanks and empty lines carry nothing.
 */
export async function loadList(session: Session, relation: Relation, path: string): Promise<void> {
  const [column] = relation.columns;
  const read = `read_csv(${duckdb.quoteText(path)}, auto_detect = false, delim = '\t', quote = '', escape = '', header = false, columns = {'line': 'VARCHAR'})`;
  const value = `regexp_replace(line, '[ ,\r]', '', 'g')`;
  const select = `SELECT DISTINCT ${value} AS ${name(column?.name ?? "value")} FROM ${read} WHERE ${value} <> ''`;
  await session.run(`list ${relation.name}`, `CREATE TABLE ${name(relation.name)} AS ${select}`);
}

/** Runs operations in order. A failure stops at its operation; the session stays usable. */
export async function runOperations(
  operations: readonly Operation[],
  context: OperationContext,
): Promise<OperationResult[]> {
  const results: OperationResult[] = [];
  const done = context.dropsTables ? tablesDone(operations) : [];
  for (const [i, operation] of operations.entries()) {
    context.onOperation?.({ id: operation.id, state: "started" });
    const result = await runOperation(operation, context);
    results.push(result);
    for (const table of done[i] ?? []) await context.session.run(operation.id, `DROP TABLE ${name(table)}`);
    context.onOperation?.({ id: operation.id, state: "done", rows: result.rows });
  }
  return results;
}

async function runOperation(operation: Operation, context: OperationContext): Promise<OperationResult> {
  switch (operation.kind) {
    case "statement":
      return await runStatement(operation, context.session);
    case "copy":
      return await runCopy(operation, context);
    case "measure":
      return await runMeasure(operation, context.session);
    case "host":
      return await runHost(operation, context);
    case "document":
      return await runDocument(operation, context);
  }
}

async function runStatement(operation: Statement, session: Session): Promise<OperationResult> {
  await session.run(operation.id, operationSql(operation, duckdb));
  return { id: operation.id, rows: await session.count(operation.output.name) };
}

async function runCopy(operation: Copy, context: OperationContext): Promise<OperationResult> {
  const path = join(context.folder, operation.file);
  await mkdir(dirname(path), { recursive: true });
  const text = `COPY (\n${operationSql(operation, duckdb)}\n) TO ${duckdb.quoteText(path)} (${copyOptions(operation)})`;
  const rows = await context.session.run(operation.id, text);
  return { id: operation.id, rows, file: operation.file };
}

/** Options of COPY for a format. Parquet is zstd, as it is a fifth of the size for a twentieth of the time. */
function copyOptions({ as, columns }: Copy): string {
  if (as.format === "parquet") {
    return `FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${rowGroupRows(columns.length)}`;
  }
  return `FORMAT csv, HEADER true, DELIMITER ${duckdb.quoteText(as.delimiter)}, QUOTE '"', ESCAPE '"', NULLSTR ''`;
}

async function runMeasure(operation: Measure, session: Session): Promise<OperationResult> {
  const row = await session.row(operation.id, operationSql(operation, duckdb));
  const counts = Object.fromEntries(Object.entries(row).map(([key, value]) => [key, Number(value)]));
  return { id: operation.id, rows: 1, counts };
}

async function runHost(operation: HostCall, context: OperationContext): Promise<OperationResult> {
  const host = context.hostFunctions[operation.fn];
  if (host === undefined) throw new InvariantError(`no host function ${operation.fn}`);
  const rows = await host(context.session, operation, operationSql(operation, duckdb));
  return { id: operation.id, rows };
}

async function runDocument(operation: Document, context: OperationContext): Promise<OperationResult> {
  const row = await context.session.row(operation.id, operationSql(operation, duckdb));
  const [text] = Object.values(row);
  if (typeof text !== "string") throw new InvariantError(`${operation.id} gives no text`);
  await writeFile(join(context.folder, operation.file), text);
  return { id: operation.id, rows: 1, file: operation.file };
}

function name(relation: string): string {
  return print(ident(relation), duckdb);
}
