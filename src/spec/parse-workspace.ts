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

/** Two of the paths in one folder would let one kind of file stand where another is pruned. */
function sharedFolders(value: Readonly<Record<string, unknown>>, yaml: LocatedYaml): Diagnostic[] {
  const defaults = workspaceSchema.shape.paths.parse({});
  const written = Object.keys(defaults).filter((key) => valueAt(value, ["paths", key]) !== undefined);
  const left = Object.entries(defaults).filter(([key]) => !written.includes(key));
  const taken = new Set(left.map(([, folder]) => folder));
  return written.flatMap((key) => {
    const folder = valueAt(value, ["paths", key]);
    if (typeof folder !== "string") return [];
    const plain = folder.replace(/^(\.\/)+/, "").replace(/\/+$/, "");
    if (!taken.has(plain)) {
      taken.add(plain);
      return [];
    }
    const at = yaml.spanOf(["paths", key]);
    return [diagnostic("spec/repeated-name", at, { what: "folder", name: shown(plain) })];
  });
}

function shown(folder: string): string {
  return folder.length > 40 ? `${folder.slice(0, 40)}…` : folder;
}
