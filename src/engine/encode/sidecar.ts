import { readFile } from "node:fs/promises";
import * as z from "zod";
import { refuse } from "../../base/diagnostics.ts";
import type { RecordFile } from "../../plan/resolve-inputs.ts";

const columnSchema = z.looseObject({
  kind: z.enum(["id", "token", "clk", "keys"]),
  /** The expressions that it was made of, as both parties write them. */
  of: z.array(z.string()),
  /** Bits of a CLK. */
  bits: z.number().optional(),
});

const sidecarSchema = z.looseObject({
  format: z.literal("dars-encoding"),
  version: z.literal(1),
  /** The linkage that the file was encoded for. */
  encoding: z.string(),
  /** Names of the settings and of the key: other ones have other names. */
  settings: z.string(),
  key: z.string(),
  /** Of the encoded file. */
  sha256: z.string(),
  records: z.number(),
  columns: z.record(z.string(), columnSchema),
});

/** What stands beside an encoded file. Nothing in it is secret. */
export type Sidecar = z.infer<typeof sidecarSchema>;

/** Where it stands. */
export const sidecarOf = (file: string): string => `${file}.encoding.json`;

/** The sidecar of a file; undefined where it has none. Errors: link/other-encoding for one that is damaged. */
export async function readSidecar(file: string): Promise<Sidecar | undefined> {
  const path = sidecarOf(file);
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return sidecarSchema.parse(JSON.parse(text));
  } catch {
    return refuse("link/other-encoding", { file: path }, { why: "damaged" });
  }
}

/**
 * Checks that files can be compared with each other: that all of them, or none, were encoded, under one key with one set
 * of settings, and that none was changed afterwards.
 *
 * Errors: link/other-encoding.
 */
export async function checkEncodings(files: readonly Pick<RecordFile, "path" | "sha256">[]): Promise<void> {
  const found = await Promise.all(
    files.map(async ({ path, sha256 }) => ({ path, sha256, its: await readSidecar(path) })),
  );
  const first = found.find(({ its }) => its !== undefined);
  const known = first?.its;
  if (first === undefined || known === undefined) return;
  for (const { path, sha256, its } of found) {
    const why: Difference | "none" | undefined = its === undefined ? "none" : difference(its, known, sha256);
    if (why !== undefined) refuse("link/other-encoding", { file: path }, { why, other: first.path });
  }
}

type Difference = "changed" | "settings" | "key";

function difference(its: Sidecar, other: Sidecar, sha256: string): Difference | undefined {
  if (its.sha256 !== sha256) return "changed";
  if (its.settings !== other.settings) return "settings";
  return its.key === other.key ? undefined : "key";
}
