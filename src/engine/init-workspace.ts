import { chmod, cp, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { refuse } from "../base/diagnostics.ts";
import { newRootKey } from "./keys.ts";
import { packageRoot } from "./product-version.ts";

const config = `# yaml-language-server: $schema=./schemas/dars.v1.json
version: 1
paths: { landing: landing, store: store, links: links, deliveries: deliveries, runs: runs }
engine: { memory: 2GB, threads: 2, temp: runs/spill }
keys: { root: keys/root.key }
`;

/** Folders that the examples come from, and what a workspace calls them. */
const examples = ["pipelines", "agreements", "schemas"];

/**
 * Makes a workspace in a new or empty folder: its dars.yaml, the example pipelines and agreements, and a new key.
 * Returns the files and folders made.
 *
 * Errors: run/not-empty.
 */
export async function initWorkspace(root: string): Promise<string[]> {
  const standing = await readdir(root).catch(() => []);
  if (standing.length > 0) refuse("run/not-empty", { file: root }, {});
  for (const folder of ["landing", "store", "links", "deliveries", "runs", "keys"]) {
    await mkdir(join(root, folder), { recursive: true });
  }
  await writeFile(join(root, "dars.yaml"), config);
  for (const folder of examples) await cp(join(packageRoot, folder), join(root, folder), { recursive: true });
  await chmod(join(root, "keys"), 0o700);
  await newRootKey(join(root, "keys", "root.key"));
  return (await readdir(root)).sort();
}
