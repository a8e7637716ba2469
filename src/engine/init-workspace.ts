import { chmod, cp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { refuse } from "../base/diagnostics.ts";
import { makeFolder } from "./durable.ts";
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
 * The example agreements run for three years from `today` ("2024-05-31"). Returns the files and folders made.
 *
 * Errors: run/not-empty.
 */
export async function initWorkspace(root: string, today: string): Promise<string[]> {
  const standing = await readdir(root).catch(() => []);
  if (standing.length > 0) refuse("run/not-empty", { file: root }, {});
  for (const folder of ["landing", "store", "links", "deliveries", "runs", "keys"]) {
    await makeFolder(join(root, folder));
  }
  await writeFile(join(root, "dars.yaml"), config);
  for (const folder of examples)
    await cp(join(packageRoot, folder), join(root, folder), { recursive: true, dereference: true });
  await dateAgreements(join(root, "agreements"), today);
  await chmod(join(root, "keys"), 0o700);
  await newRootKey(join(root, "keys", "root.key"));
  return (await readdir(root)).sort();
}

/** Examples that ran out would teach nothing but their refusal. */
async function dateAgreements(folder: string, today: string): Promise<void> {
  const end = `${Number(today.slice(0, 4)) + 3}${today.slice(4, 8)}28`;
  for (const name of (await readdir(folder)).filter((file) => file.endsWith(".yaml"))) {
    const text = await readFile(join(folder, name), "utf8");
    const dated = text
      .replace(/^start: .*$/m, `start: ${today}`)
      .replace(/^end: .*$/m, `end: ${end}`)
      .replace(/\bdated: [0-9-]+/, `dated: ${today}`);
    await writeFile(join(folder, name), dated);
  }
}
