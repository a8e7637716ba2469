import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { StoredFile } from "../../model/release.ts";
import { syncFile } from "../durable.ts";

/** Puts a staged file on disk and describes it as it will stand in the store, in `folder`. */
export async function storedFile(
  staging: string,
  zone: "content" | "identity",
  file: string,
  rows: number,
  folder: string,
): Promise<StoredFile> {
  const path = join(staging, zone, file);
  await syncFile(path);
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(chunk as Buffer);
  return { path: join(folder, file), rows, bytes: (await stat(path)).size, sha256: hash.digest("hex") };
}
