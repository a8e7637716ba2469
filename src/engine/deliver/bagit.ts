import { chmod, mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { syncFile, syncFolder } from "../durable.ts";
import { digestFile } from "./file-digest.ts";

/** Names of a bag's own files. Source: RFC 8493 (BagIt 1.0), sections 2.1 and 2.2. */
export const bagFiles = {
  declaration: "bagit.txt",
  info: "bag-info.txt",
  manifest: "manifest-sha256.txt",
  tagManifest: "tagmanifest-sha256.txt",
} as const;

export const declarationText = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

/** Writes a small file of the bag, making its folder. */
export async function writeBagFile(bag: string, path: string, text: string): Promise<void> {
  const file = join(bag, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text, "utf8");
}

/**
 * Completes a bag whose payload stands: writes manifests, makes every file read-only and durable.
 *
 * In: SHA-256 by path for files that were hashed before; the others are read.
 */
export async function sealBag(
  bag: string,
  info: readonly (readonly [string, string])[],
  known: ReadonlyMap<string, string>,
): Promise<void> {
  const payload = (await filesBelow(bag, "data")).sort();
  const lines: string[] = [];
  let bytes = 0;
  for (const path of payload) {
    const { size } = await stat(join(bag, path));
    bytes += size;
    lines.push(manifestLine(known.get(path) ?? (await digestFile(join(bag, path))).sha256, path));
  }
  const oxum: readonly [string, string] = ["Payload-Oxum", `${bytes}.${payload.length}`];
  await writeBagFile(bag, bagFiles.declaration, declarationText);
  await writeBagFile(bag, bagFiles.info, [...info, oxum].map(infoLine).join(""));
  await writeBagFile(bag, bagFiles.manifest, lines.join(""));
  const tags = [bagFiles.info, bagFiles.declaration, bagFiles.manifest];
  const tagLines: string[] = [];
  for (const path of tags) tagLines.push(manifestLine((await digestFile(join(bag, path))).sha256, path));
  await writeBagFile(bag, bagFiles.tagManifest, tagLines.join(""));
  await settle(bag);
}

function manifestLine(sha256: string, path: string): string {
  return `${sha256}  ${path}\n`;
}

/** A tag of one line: whatever would break the line becomes a blank. */
function infoLine([label, value]: readonly [string, string]): string {
  return `${label}: ${value.replaceAll(/\s+/g, " ").trim()}\n`;
}

/** Every file below a folder of the bag, as paths from the bag's root with `/`. */
export async function filesBelow(bag: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(bag, folder), { withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      return entry.isDirectory() ? await filesBelow(bag, path) : [path];
    }),
  );
  return found.flat();
}

async function settle(bag: string): Promise<void> {
  const folders = new Set<string>([bag]);
  for (const path of await filesBelow(bag, "")) {
    const file = join(bag, path);
    await chmod(file, 0o444);
    await syncFile(file);
    for (let folder = dirname(file); folder.startsWith(bag); folder = dirname(folder)) folders.add(folder);
  }
  for (const folder of folders) await syncFolder(folder);
}
