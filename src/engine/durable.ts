import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { cp, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Makes a folder's entries durable: a rename is safe only once its folder is on disk. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a file's bytes durable. */
export async function syncFile(path: string): Promise<void> {
  await syncFolder(path);
}

/** Moves a staged file or folder to its final name, durably: whole or not at all. */
export async function publish(staged: string, final: string): Promise<void> {
  await rename(staged, final);
  await syncFolder(dirname(final));
}

/**
 * Moves a staged folder of durable files to its final name, whole or not at all. What stands there was left by a run
 * that ended before it was recorded, and gives way. To another disk it goes as a copy that is made durable first.
 */
export async function publishFolder(staged: string, final: string): Promise<void> {
  await mkdir(dirname(final), { recursive: true });
  await rm(final, { recursive: true, force: true });
  try {
    await publish(staged, final);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    const beside = join(dirname(final), `.${basename(final)}.staged`);
    await rm(beside, { recursive: true, force: true });
    await cp(staged, beside, { recursive: true, preserveTimestamps: true });
    await syncBelow(beside);
    await publish(beside, final);
    await rm(staged, { recursive: true, force: true });
  }
}

async function syncBelow(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    await (entry.isDirectory() ? syncBelow(path) : syncFile(path));
  }
  await syncFolder(folder);
}

/**
 * Makes a folder and those above it, where they are not there; the mode is the folder's own. Unlike node's own, it also
 * ends where a folder lets none be made in it.
 */
export async function makeFolder(path: string, mode = 0o777): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" && (await stat(path)).isDirectory()) return;
    if (code !== "ENOENT" || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await mkdir(path, { mode });
  }
}

/** Writes a small file whole or not at all. */
export async function writeDurably(path: string, text: string | Uint8Array, mode = 0o644): Promise<void> {
  const staged = `${path}.${process.pid}.tmp`;
  const handle = await open(staged, "w", mode);
  try {
    await handle.writeFile(text, "utf8");
    await handle.sync();
  } finally {
    await handle.close();
  }
  await publish(staged, path);
}

/** SHA-256 of a file's bytes, in hexadecimal digits. */
export async function sha256File(path: string, look?: (chunk: Buffer) => void): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) {
    look?.(chunk as Buffer);
    hash.update(chunk as Buffer);
  }
  return hash.digest("hex");
}
