import * as duckdb from "@duckdb/node-api";
import {
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBInstance,
  type DuckDBType,
  type DuckDBValue,
} from "@duckdb/node-api";
import type { Relation, SqlType } from "../sql/type.ts";
import { EngineError } from "./engine-error.ts";

/** Bounds of one database process. */
export interface SessionOptions {
  readonly threads: number;
  /** Bytes that the database may count as its own. */
  readonly memoryBytes: number;
  /** A private folder for spilled data, which holds rows in clear; created with mode 700 by the caller. */
  readonly spillFolder: string;
}

/** Node itself, its buffers and DuckDB's untracked allocations. */
const reservedBytes = 600 * 2 ** 20;

/** What the databases of a process may use together, for the process to stay within so many bytes. */
export function databaseBytes(processBytes: number): number {
  return Math.max(processBytes - reservedBytes, Math.floor(processBytes / 2));
}

/** One in-memory DuckDB that spills to a private folder, and nothing else: no extension, no network, no durable file. */
export class Session {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  /** Where it may leave files until it is closed; whoever opened it removes them. */
  readonly spillFolder: string;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection, spillFolder: string) {
    this.#instance = instance;
    this.#connection = connection;
    this.spillFolder = spillFolder;
  }

  static async open(options: SessionOptions): Promise<Session> {
    const instance = await DuckDBInstance.create(":memory:", {
      threads: String(options.threads),
      memory_limit: `${Math.floor(options.memoryBytes / 2 ** 20)}MiB`,
      temp_directory: options.spillFolder,
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
      allow_community_extensions: "false",
      allow_persistent_secrets: "false",
    });
    return new Session(instance, await connect(instance), options.spillFolder);
  }

  /** Runs one statement. `id` names it in errors. Returns the rows it wrote, where it wrote any. */
  async run(id: string, text: string): Promise<number> {
    return await this.#guard(id, async () => {
      // prepare refuses two statements in one string; run would take both.
      const prepared = await this.#connection.prepare(text);
      try {
        const result = await prepared.run();
        return Number(result.rowsChanged);
      } finally {
        prepared.destroySync();
      }
    });
  }

  /** The single row of a small query, by column name. For counts, never for data. */
  async row(id: string, text: string): Promise<Record<string, DuckDBValue>> {
    const rows = await this.rows(id, text);
    return rows[0] ?? {};
  }

  /** Rows of a table or view. */
  async count(relation: string): Promise<number> {
    const { n } = await this.row(
      `count ${relation}`,
      `SELECT count(*) AS n FROM "${relation.replaceAll('"', '""')}"`,
    );
    return Number(n);
  }

  /** All rows of a small query, for counts and metadata. */
  async rows(id: string, text: string): Promise<Record<string, DuckDBValue>[]> {
    return await this.#guard(id, async () => {
      const reader = await this.#connection.runAndReadAll(text);
      return reader.getRowObjects();
    });
  }

  /** A query's result in chunks of up to 2,048 rows, read as it is made: the next one while the last one is used. */
  async *chunks(id: string, text: string): AsyncGenerator<DuckDBDataChunk> {
    const result = await this.#guard(id, () => this.#connection.stream(text));
    const fetch = () => {
      const chunk = this.#guard(id, () => result.fetchChunk());
      // Its failure is told when it is its turn.
      chunk.catch(() => undefined);
      return chunk;
    };
    let next = fetch();
    try {
      for (;;) {
        const chunk = await next;
        if (chunk === null || chunk.rowCount === 0) return;
        next = fetch();
        yield chunk;
      }
    } finally {
      // Who stops early would leave it to end beside the next query.
      await Promise.allSettled([next]);
    }
  }

  /** Creates a table and fills it from batches of whole columns, each at most 2,048 long. */
  async load(
    id: string,
    relation: Relation,
    batches: AsyncIterable<readonly (readonly DuckDBValue[])[]>,
  ): Promise<number> {
    const types = relation.columns.map((column) => duckType(column.type));
    const declared = relation.columns.map((c) => `"${c.name}" ${c.type.toUpperCase()}`);
    await this.run(id, `CREATE TABLE "${relation.name}" (${declared.join(", ")})`);
    return await this.#guard(id, async () => {
      const appender = await this.#connection.createAppender(relation.name);
      let rows = 0;
      for await (const batch of batches) {
        const chunk = DuckDBDataChunk.create(types, batch[0]?.length ?? 0);
        chunk.setColumns(batch);
        appender.appendDataChunk(chunk);
        rows += batch[0]?.length ?? 0;
      }
      appender.closeSync();
      return rows;
    });
  }

  interrupt(): void {
    this.#connection.interrupt();
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }

  async #guard<T>(id: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw error instanceof EngineError ? error : new EngineError(id, error);
    }
  }
}

async function connect(instance: DuckDBInstance): Promise<DuckDBConnection> {
  const connection = await instance.connect();
  await connection.run("SET errors_as_json = true");
  await connection.run("SET preserve_insertion_order = true");
  return connection;
}

function duckType(type: SqlType): DuckDBType {
  const decimal = /^decimal\((\d+),(\d+)\)$/.exec(type);
  if (decimal) return duckdb.DECIMAL(Number(decimal[1]), Number(decimal[2]));
  const simple: Partial<Record<SqlType, DuckDBType>> = {
    boolean: duckdb.BOOLEAN,
    tinyint: duckdb.TINYINT,
    smallint: duckdb.SMALLINT,
    integer: duckdb.INTEGER,
    bigint: duckdb.BIGINT,
    double: duckdb.DOUBLE,
    varchar: duckdb.VARCHAR,
    date: duckdb.DATE,
    timestamp: duckdb.TIMESTAMP,
  };
  const found = simple[type];
  if (found === undefined) throw new TypeError(`no DuckDB type for ${type}`);
  return found;
}
