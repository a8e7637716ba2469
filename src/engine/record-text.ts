import { createReadStream, createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { refuse } from "../base/diagnostics.ts";
import { duckdb } from "../sql/duckdb.ts";
import type { Scan } from "../sql/operation.ts";
import { toUtf8 } from "./characters.ts";
import type { Session } from "./session.ts";

/** The text that reads delimited files in UTF-8, every column as text. */
export function csvText(
  { relation, delimiter = "," }: Pick<Scan, "relation" | "delimiter">,
  paths: readonly string[],
  more = "",
): string {
  const declared = relation.columns.map((c) => `${duckdb.quoteText(c.name)}: 'VARCHAR'`).join(", ");
  return `read_csv([${paths.map(duckdb.quoteText).join(", ")}], auto_detect = false, header = true, delim = ${duckdb.quoteText(delimiter)}, quote = '"', escape = '"', columns = {${declared}}${more})`;
}

/** A scan of delimited text in UTF-8: of files in another encoding, private copies in a folder are scanned. */
export async function inUtf8({ encoding, ...scan }: Scan, folder: string): Promise<Scan> {
  if (encoding === undefined) return scan;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const files = await Promise.all(
    scan.files.map(async (file, i) => {
      const path = join(folder, `${scan.relation.name}-${i}-${basename(file.path)}`);
      const convert = new Transform({
        transform: (chunk: Buffer, _, done) => done(null, toUtf8(chunk)),
      });
      await pipeline(createReadStream(file.path), convert, createWriteStream(path, { mode: 0o600 }));
      return { ...file, path };
    }),
  );
  return { ...scan, files };
}

/** What is wrong with a line, by the database's own classes; its column is told by name. */
const problems: Readonly<Record<string, (column: string) => string>> = {
  "MISSING COLUMNS": (column) => `the line ends before column "${column}"`,
  "TOO MANY COLUMNS": () => "the line has more values than the first line names columns",
  "UNQUOTED VALUE": (column) => `a quote in column "${column}" is not closed, or stands within a value`,
  "LINE SIZE OVER MAXIMUM": () =>
    "the line is longer than two million characters, as where a quote is never closed",
  "INVALID ENCODING": (column) => `column "${column}" holds bytes that are not UTF-8`,
};

/** Lines that are told of; reading goes no further. */
const mostLines = 1000;

/**
 * Refuses delimited text that the database could not read, with the first line that it cannot take apart; returns where
 * there is none.
 *
 * Errors: link/bad-line.
 */
export async function refuseBadLines(session: Session, scan: Scan): Promise<void> {
  const [file] = scan.files;
  if (scan.delimiter === undefined || file === undefined) return;
  const read = await inUtf8(scan, session.spillFolder);
  const paths = read.files.map(({ path }) => path);
  const rejects = `, store_rejects = true, rejects_table = 'bad_line', rejects_scan = 'bad_scan', rejects_limit = ${mostLines}`;
  await session.rows("bad lines", `SELECT count(*) FROM ${csvText(read, paths, rejects)}`);
  const found = await session.row(
    "bad lines",
    "SELECT line, column_name, error_type, (SELECT count(DISTINCT line) FROM bad_line) AS n FROM bad_line ORDER BY line, column_idx LIMIT 1",
  );
  if (found["line"] === undefined) return;
  const problem =
    problems[String(found["error_type"])] ?? (() => "the line cannot be taken apart into columns");
  refuse(
    "link/bad-line",
    { file: file.path, line: Number(found["line"]) },
    { problem: problem(String(found["column_name"])), n: Number(found["n"]) },
  );
}
