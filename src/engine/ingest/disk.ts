import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { diagnostic, Refusal } from "../../base/diagnostics.ts";
import { EngineError } from "../engine-error.ts";

/** Less than this free means that the disk is why a write failed; the database does not tell. */
const fullBelowBytes = 16 * 2 ** 20;

/** A failed write on a full disk as ingest/disk-full; any other error as it is. */
export async function explainFullDisk(
  error: unknown,
  file: string,
  store: string,
  freeBytes: (folder: string) => Promise<number> = freeBytesOf,
): Promise<unknown> {
  const { code } = error as NodeJS.ErrnoException;
  const full =
    code === "ENOSPC" ||
    code === "EDQUOT" ||
    (error instanceof EngineError && error.type === "IO" && (await freeBytes(store)) < fullBelowBytes);
  return full ? new Refusal([diagnostic("ingest/disk-full", { file }, {})]) : error;
}

async function freeBytesOf(folder: string): Promise<number> {
  const info = await statfs(folder).catch(() => statfs(dirname(folder)));
  return info.bavail * info.bsize;
}
