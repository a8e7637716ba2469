import { isUtf8 } from "node:buffer";
import { open, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { refuse } from "../base/diagnostics.ts";
import type { RecordFile } from "../plan/resolve-inputs.ts";
import { duckdb } from "../sql/duckdb.ts";
import type { Column } from "../sql/type.ts";
import { sha256File } from "./durable.ts";
import { Session } from "./session.ts";

/** A header line longer than this is none. */
const longestHeader = 2 ** 20;

/**
 * What a file of records is: Parquet by its first bytes, else delimited text with a header.
 *
 * Undefined where there is no such file. Errors: link/unreadable-file.
 */
export async function readRecordFile(path: string, delimiter: string): Promise<RecordFile | undefined> {
  const isFile = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!isFile) return undefined;
  const head = await headOf(path);
  const format = head.subarray(0, 4).toString("latin1") === "PAR1" ? "parquet" : "csv";
  const found =
    format === "parquet"
      ? await parquetColumns(path)
      : { columns: headerColumns(path, head, delimiter), bytes: [] };
  return { path, sha256: await hashOf(path, format), format, ...found };
}

/** SHA-256 of a file; of text, each chunk of which is looked at whether it is UTF-8. Errors: link/wrong-encoding. */
async function hashOf(path: string, format: RecordFile["format"]): Promise<string> {
  if (format === "parquet") return await sha256File(path);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let lines = 1;
  return await sha256File(path, (chunk) => {
    try {
      decoder.decode(chunk, { stream: true });
    } catch {
      refuse("link/wrong-encoding", { file: path, line: lines + Math.max(0, firstBadLine(chunk)) }, {});
    }
    for (let i = chunk.indexOf(newline); i !== -1; i = chunk.indexOf(newline, i + 1)) lines++;
  });
}

const newline = 10;

/** Which line of some bytes is not in UTF-8, from 0; the first and the last may be cut. */
function firstBadLine(chunk: Buffer): number {
  const lines = chunk.toString("latin1").split("\n");
  return lines.findIndex((line, i) => i > 0 && !isUtf8(Buffer.from(line, "latin1")));
}

/** The sign that most often stands in the first line of a CSV file; a comma where there is none. */
export async function detectDelimiter(path: string): Promise<string> {
  const head = await headOf(path).catch(() => Buffer.alloc(0));
  const line = head.toString("utf8").split(/\r?\n/, 1)[0] ?? "";
  const counted = [",", ";", "\t", "|"].map((sign) => ({ sign, n: line.split(sign).length }));
  return counted.reduce((best, its) => (its.n > best.n ? its : best)).sign;
}

async function headOf(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(longestHeader), 0, longestHeader, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function parquetColumns(path: string): Promise<Pick<RecordFile, "columns" | "bytes">> {
  const session = await Session.open({
    threads: 1,
    memoryBytes: 256 * 2 ** 20,
    spillFolder: join(tmpdir(), `dars-describe-${process.pid}`),
  });
  try {
    const rows = await session.rows(
      "describe",
      `DESCRIBE SELECT * FROM read_parquet(${duckdb.quoteText(path)})`,
    );
    const found = rows.map((row) => ({ name: String(row["column_name"]), type: String(row["column_type"]) }));
    return {
      columns: found.map(({ name, type }) => ({
        name,
        type: /^U?(TINY|SMALL|BIG)?INT(EGER)?$/.test(type) ? "bigint" : "varchar",
      })),
      bytes: found.flatMap(({ name, type }) => (type === "BLOB" ? [name] : [])),
    };
  } catch {
    return refuse(
      "link/unreadable-file",
      { file: path },
      { reason: "it begins like Parquet, but cannot be read as that" },
    );
  } finally {
    session.close();
  }
}

function headerColumns(path: string, head: Buffer, delimiter: string): Column[] {
  const text = new TextDecoder("utf-8", { ignoreBOM: false }).decode(head);
  const end = text.search(/\r?\n/);
  const line = end === -1 ? text : text.slice(0, end);
  const names = headerNames(line, delimiter);
  if (names.length === 0 || names.some((name) => name.trim() === "")) {
    return refuse(
      "link/unreadable-file",
      { file: path },
      { reason: "its first line does not name every column" },
    );
  }
  const repeated = names.find((name, i) => names.indexOf(name) < i);
  if (repeated !== undefined) {
    return refuse(
      "link/unreadable-file",
      { file: path },
      { reason: `its first line names "${repeated}" twice` },
    );
  }
  return names.map((name) => ({ name, type: "varchar" }));
}

/** The names in a header line; a name in quotes may hold the delimiter, and a quote written twice. */
function headerNames(line: string, delimiter: string): string[] {
  const mark = delimiter.replace(/[\\^$.*+?()[\]{}|]/, "\\$&");
  const name = new RegExp(`(?:^|${mark})(?:"((?:[^"]|"")*)"|([^${mark}]*))`, "g");
  return [...line.matchAll(name)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "");
}
