import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";

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

/** Writes a small file whole or not at all. */
export async function writeDurably(path: string, text: string, mode = 0o644): Promise<void> {
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
