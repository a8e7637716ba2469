import { type FileHandle, open, readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import { refuse } from "../../base/diagnostics.ts";
import type { Shape } from "../../catalogue/dataset.ts";
import { markedAs, packedAs } from "../first-bytes.ts";

/** A supplier file, open for reading, and what its first and last bytes say. */
export interface Source {
  /** As the user named it. */
  readonly file: string;
  readonly name: string;
  readonly handle: FileHandle;
  readonly bytes: number;
  readonly modified: number;
  /** The first line without its end, one character a byte; undefined where it does not end within a megabyte. */
  readonly firstLine: string;
}

const headBytes = 2 ** 20;
const tailBytes = 2 ** 16;

/**
 * Opens a supplier file. The caller closes the handle.
 *
 * Errors: ingest/missing-file, ingest/unreadable, ingest/not-a-file, ingest/empty-file, ingest/not-text,
 * ingest/byte-order-mark.
 */
export async function openSource(file: string): Promise<Source> {
  const info = await stat(file).catch((error: unknown) => refuseAccess(file, error));
  if (!info.isFile()) {
    refuse("ingest/not-a-file", { file }, { found: info.isDirectory() ? "a directory" : "a device" });
  }
  if (info.size === 0) refuse("ingest/empty-file", { file }, {});
  const handle = await open(file, "r").catch((error: unknown) => refuseAccess(file, error));
  try {
    const head = await readAt(handle, 0, headBytes);
    checkFirstBytes(file, head);
    const feed = head.indexOf(10);
    const line = head.toString("latin1", 0, feed < 0 ? head.length : feed).replace(/\r$/, "");
    return { file, name: basename(file), handle, bytes: info.size, modified: info.mtimeMs, firstLine: line };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function refuseAccess(file: string, error: unknown): never {
  const code = (error as NodeJS.ErrnoException).code ?? "unknown";
  if (code === "ENOENT" || code === "ENOTDIR") refuse("ingest/missing-file", { file }, {});
  refuse("ingest/unreadable", { file }, { reason: code });
}

function checkFirstBytes(file: string, head: Buffer): void {
  const encoding = markedAs(head);
  if (encoding !== undefined) refuse("ingest/byte-order-mark", { file, line: 1 }, { encoding });
  const found = packedAs(head);
  if (found !== undefined) refuse("ingest/not-text", { file }, { found });
}

async function readAt(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, at);
  return buffer.subarray(0, bytesRead);
}

/** The last line that is not blank, and where it begins. */
export async function lastLine(source: Source): Promise<{ text: string; at: number }> {
  const from = Math.max(0, source.bytes - tailBytes);
  const tail = (await readAt(source.handle, from, tailBytes)).toString("latin1").replace(/[\r\n]+$/, "");
  const start = tail.lastIndexOf("\n") + 1;
  return { text: tail.slice(start), at: from + start };
}

/** A number of records that somebody declared, and where it stands. */
export interface DeclaredCount {
  readonly by: string;
  readonly records: number;
}

/**
 * The declared numbers of records: of the trailer, of the side file `<name>.count`, of `--records`.
 *
 * Errors: ingest/truncated where the shape's trailer is missing, ingest/bad-count.
 */
export async function declaredCounts(
  source: Source,
  shape: Shape,
  stated: number | undefined,
): Promise<{ counts: readonly DeclaredCount[]; trailerAt: number | undefined }> {
  const counts: DeclaredCount[] = stated === undefined ? [] : [{ by: "--records", records: stated }];
  const side = await sideCount(`${source.file}.count`);
  if (side !== undefined) counts.push({ by: `${source.name}.count`, records: side });
  if (shape.trailer === undefined) return { counts, trailerAt: undefined };
  const { text, at } = await lastLine(source);
  const records = shape.trailer.exec(text)?.groups?.["records"];
  if (records === undefined) {
    refuse(
      "ingest/truncated",
      { file: source.file },
      { why: "its last line is not the trailer of its shape" },
    );
  }
  counts.push({ by: "the trailer", records: Number(records) });
  return { counts, trailerAt: at };
}

async function sideCount(file: string): Promise<number | undefined> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    return refuseAccess(file, error);
  });
  if (text === undefined) return undefined;
  if (!/^\s*\d{1,15}\s*$/.test(text)) refuse("ingest/bad-count", { file }, {});
  return Number(text);
}
