import { open, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { refuse } from "../base/diagnostics.ts";
import type { Encoding } from "../catalogue/dataset.ts";
import type { RecordFile } from "../plan/resolve-inputs.ts";
import { duckdb } from "../sql/duckdb.ts";
import type { Column } from "../sql/type.ts";
import { firstUnsound, toUtf8, wholeCharacters } from "./characters.ts";
import { sha256File } from "./durable.ts";
import { markedAs, packedAs } from "./first-bytes.ts";
import { Session } from "./session.ts";

/** A header line longer than this is none. */
const longestHeader = 2 ** 20;

/** How a CSV file is written, where it is not with commas and in UTF-8. */
export interface TextFormat {
  readonly delimiter?: string | undefined;
  readonly encoding?: Encoding | undefined;
}

/**
 * What a file of records is: Parquet by its first bytes, else delimited text with a header, sound in its encoding.
 *
 * Undefined where there is no such file. Errors: link/unreadable-file, link/wrong-encoding with the line.
 */
export async function readRecordFile(
  path: string,
  { delimiter = ",", encoding = "utf-8" }: TextFormat,
): Promise<RecordFile | undefined> {
  const isFile = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!isFile) return undefined;
  const head = await headOf(path);
  const packed = packedAs(head);
  if (packed === "a Parquet file") {
    const found = await parquetColumns(path);
    return { path, sha256: await sha256File(path), format: "parquet", ...found };
  }
  if (packed !== undefined) unreadable(path, `it is ${packed}`);
  if (markedAs(head) === "UTF-16") unreadable(path, "it is UTF-16");
  const columns = headerColumns(path, head, { delimiter, encoding });
  const sha256 = await readCharacters(path, { delimiter, encoding }, columns);
  return { path, sha256, format: "csv", columns, bytes: [], lists: [] };
}

function unreadable(file: string, reason: string): never {
  return refuse("link/unreadable-file", { file }, { reason });
}

/** SHA-256 of a text's bytes, all of which have a meaning. Errors: link/wrong-encoding. */
async function readCharacters(path: string, format: TextFormat, columns: readonly Column[]): Promise<string> {
  const encoding = format.encoding ?? "utf-8";
  let kept: Buffer = Buffer.alloc(0);
  let lines = 0;
  const look = (bytes: Buffer, whole: number) => {
    const chunk = bytes.subarray(0, whole);
    const bad = firstUnsound(chunk, encoding);
    if (bad >= 0) wrongEncoding(path, format, columns, { chunk, bad, lines });
    lines += linesIn(chunk);
    kept = Buffer.from(bytes.subarray(whole));
  };
  const sha256 = await sha256File(path, (piece) => {
    const bytes = kept.length === 0 ? piece : Buffer.concat([kept, piece]);
    look(bytes, encoding === "utf-8" ? wholeCharacters(bytes) : bytes.length);
  });
  look(kept, kept.length);
  return sha256;
}

const lineFeed = 10;

function linesIn(chunk: Buffer): number {
  let lines = 0;
  for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, at + 1)) lines++;
  return lines;
}

/** Tells the line of a byte without a meaning, and the column where a plain look at the line says it. */
function wrongEncoding(
  file: string,
  { delimiter = ",", encoding = "utf-8" }: TextFormat,
  columns: readonly Column[],
  { chunk, bad, lines }: { readonly chunk: Buffer; readonly bad: number; readonly lines: number },
): never {
  const line = lines + linesIn(chunk.subarray(0, bad)) + 1;
  const from = chunk.lastIndexOf(lineFeed, bad - 1) + 1;
  const end = chunk.indexOf(lineFeed, bad);
  const fields = chunk
    .subarray(from, end < 0 ? chunk.length : end)
    .toString("latin1")
    .split(delimiter);
  const place = fields.findIndex((field) => firstUnsound(Buffer.from(field, "latin1"), encoding) >= 0);
  const isPlain = line > 1 && fields.length === columns.length;
  const column = isPlain ? columns[place]?.name : undefined;
  return refuse("link/wrong-encoding", { file, line }, { encoding, column });
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

async function parquetColumns(path: string): Promise<Pick<RecordFile, "columns" | "bytes" | "lists">> {
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
      // Lists of lists, and of values with parts, have no one text.
      lists: found.flatMap(({ name, type }) => (/^[^([]+(\([0-9,]+\))?\[\d*\]$/.test(type) ? [name] : [])),
      bytes: found.flatMap(({ name, type }) => (type === "BLOB" ? [name] : [])),
    };
  } catch {
    return unreadable(path, "it begins like Parquet, but was cut off or changed");
  } finally {
    session.close();
  }
}

/** The columns that the first line names. It may hold values, so that no message quotes it. */
function headerColumns(path: string, head: Buffer, { delimiter = ",", encoding }: TextFormat): Column[] {
  const text = new TextDecoder("utf-8", { ignoreBOM: false }).decode(
    encoding === "utf-8" ? head : toUtf8(head),
  );
  const end = text.search(/\r?\n/);
  const line = end === -1 ? text : text.slice(0, end);
  if (line === "") unreadable(path, head.length === 0 ? "it is empty" : "its first line is empty");
  const names = headerNames(line, delimiter);
  const blank = names.findIndex((name) => name.trim() === "");
  if (blank !== -1)
    unreadable(path, `its first line leaves column ${blank + 1} of ${names.length} without a name`);
  const second = names.findIndex((name, i) => names.indexOf(name) < i);
  if (second !== -1) {
    const first = names.indexOf(names[second] as string);
    unreadable(path, `its first line gives columns ${first + 1} and ${second + 1} the same name`);
  }
  return names.map((name) => ({ name, type: "varchar" }));
}

/** The names in a header line; a name in quotes may hold the delimiter, and a quote written twice. */
function headerNames(line: string, delimiter: string): string[] {
  const mark = delimiter.replace(/[\\^$.*+?()[\]{}|]/, "\\$&");
  const name = new RegExp(`(?:^|${mark})(?:"((?:[^"]|"")*)"|([^${mark}]*))`, "g");
  return [...line.matchAll(name)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "");
}
