import { type Diagnostic, diagnostic } from "../base/diagnostics.ts";
import { type ReadSpec, readSpec } from "./read.ts";
import { valueAt } from "./value-at.ts";
import { type WorkspaceSpec, workspaceSchema } from "./workspace.ts";
import type { LocatedYaml } from "./yaml.ts";

/** dars.yaml as read, defaults filled in and sizes in bytes. Paths stay as written, relative to the file. */
export interface WorkspaceSettings extends Omit<WorkspaceSpec, "engine"> {
  readonly engine: { readonly memoryBytes: number; readonly threads: number; readonly temp: string };
}

/**
 * Reads dars.yaml.
 *
 * Errors: as `readSpec`; spec/repeated-name where two of the paths are one folder.
 */
export function parseWorkspace(text: string, file: string): ReadSpec<WorkspaceSettings> {
  const { value, ...read } = readSpec(workspaceSchema, text, file, sharedFolders);
  if (value === undefined) return { value, ...read };
  const { memory, ...engine } = value.engine;
  return { ...read, value: { ...value, engine: { ...engine, memoryBytes: bytesOf(memory) } } };
}

const units: Readonly<Record<string, number>> = { MB: 1e6, GB: 1e9 };

/** Bytes of a size such as "1.5GB"; MB and GB are powers of ten. The schema has checked the text. */
function bytesOf(size: string): number {
  return Math.round(Number.parseFloat(size) * (units[size.slice(-2)] ?? 1));
}

function sharedFolders(value: Readonly<Record<string, unknown>>, yaml: LocatedYaml): Diagnostic[] {
  const paths = valueAt(value, ["paths"]);
  if (paths === null || typeof paths !== "object") return [];
  const owners = new Map<string, string>();
  for (const [key, folder] of Object.entries(workspaceSchema.shape.paths.parse({})))
    if (!Object.hasOwn(paths, key)) owners.set(folder, key);
  return Object.entries(paths).flatMap(([key, folder]) => {
    if (typeof folder !== "string") return [];
    const plain = folder.replace(/^(\.\/)+/, "").replace(/\/+$/, "");
    if (!owners.has(plain)) {
      owners.set(plain, key);
      return [];
    }
    return [
      diagnostic("spec/repeated-name", yaml.spanOf(["paths", key]), { what: "folder", name: shown(plain) }),
    ];
  });
}

function shown(folder: string): string {
  return folder.length > 40 ? `${folder.slice(0, 40)}…` : folder;
}
