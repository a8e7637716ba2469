import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { version } from "@duckdb/node-api";
import { InvariantError } from "../base/diagnostics.ts";

/** The folder of this package, which holds the examples; source and built code stand at different depths in it. */
export const packageRoot: string = findPackageRoot(dirname(fileURLToPath(import.meta.url)));

/** The version of this product; a fingerprint holds it, as code decides what is made. */
export const productVersion: string = (
  JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as { version: string }
).version;

/** The version of the database library. */
export const engineVersion: string = `duckdb ${version()}`;

function findPackageRoot(folder: string): string {
  if (existsSync(join(folder, "package.json"))) return folder;
  if (dirname(folder) === folder) throw new InvariantError("the package's own package.json is missing");
  return findPackageRoot(dirname(folder));
}
