import { readFile, stat } from "node:fs/promises";
import { join, posix } from "node:path";
import { type Diagnostic, type DiagnosticCode, diagnostic } from "../base/diagnostics.ts";
import { bagFiles, declarationText, filesBelow } from "./deliver/bagit.ts";
import type { DeliveryManifest, ManifestFile } from "./deliver/delivery-manifest.ts";
import { digestFile, type FileDigest } from "./deliver/file-digest.ts";
import { parquetRows } from "./deliver/parquet-rows.ts";

interface Line {
  readonly sha256: string;
  readonly path: string;
}

/** What a recipient's check found. `files` and `bytes` are those of the payload. */
export interface Verification {
  readonly diagnostics: readonly Diagnostic[];
  readonly files: number;
  readonly bytes: number;
}

/**
 * Checks a delivery on the recipient's side, without a workspace: every file is there, is the one that was sent, and
 * none is there too many; data files hold the records that manifest.json says.
 *
 * Errors, as diagnostics: delivery/not-a-bag, delivery/bad-line, delivery/missing, delivery/changed, delivery/unlisted, delivery/rows.
 */
export async function verifyDelivery(folder: string): Promise<Verification> {
  const broken = await structure(folder);
  if (broken !== undefined) {
    const found = diagnostic("delivery/not-a-bag", { file: folder }, { detail: broken });
    return { diagnostics: [found], files: 0, bytes: 0 };
  }
  const diagnostics: Diagnostic[] = [];
  const payload = await readManifest(folder, bagFiles.manifest, diagnostics);
  const tags = await readManifest(folder, bagFiles.tagManifest, diagnostics);
  const digests = new Map<string, FileDigest>();
  for (const [name, lines] of [
    [bagFiles.manifest, payload],
    [bagFiles.tagManifest, tags],
  ] as const) {
    for (const line of lines) await checkLine(folder, name, line, digests, diagnostics);
  }
  diagnostics.push(...(await unlisted(folder, payload, tags)));
  diagnostics.push(...(await checkRows(folder, digests)));
  const bytes = payload.reduce((sum, line) => sum + (digests.get(line.path)?.bytes ?? 0), 0);
  return { diagnostics, files: payload.length, bytes };
}

async function structure(folder: string): Promise<string | undefined> {
  const declaration = await readFile(join(folder, bagFiles.declaration), "utf8").catch(() => undefined);
  if (declaration === undefined) return `there is no ${bagFiles.declaration}`;
  if (declaration !== declarationText) return `${bagFiles.declaration} does not declare BagIt 1.0 in UTF-8`;
  for (const name of [bagFiles.manifest, bagFiles.tagManifest, "data"]) {
    const exists = await stat(join(folder, name)).then(
      () => true,
      () => false,
    );
    if (!exists) return `there is no ${name}`;
  }
  return undefined;
}

/** The lines of a manifest that can be trusted to name a file inside the folder. */
async function readManifest(folder: string, name: string, diagnostics: Diagnostic[]): Promise<Line[]> {
  const text = await readFile(join(folder, name), "utf8");
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  const seen = new Set<string>();
  return lines.flatMap((content, index) => {
    const [, sha256 = "", path = ""] = /^([0-9a-f]{64}) {2}(\S.*)$/.exec(content) ?? [];
    const detail = badLine(path, seen, name === bagFiles.manifest);
    seen.add(path);
    if (detail === undefined) return [{ sha256, path }];
    const at = { file: join(folder, name), line: index + 1 };
    diagnostics.push(diagnostic("delivery/bad-line", at, { line: index + 1, detail }));
    return [];
  });
}

function badLine(path: string, seen: ReadonlySet<string>, isPayload: boolean): string | undefined {
  if (path === "") return "is not a SHA-256 and a file name";
  if (seen.has(path)) return "names a file a second time";
  const leadsOut = posix.isAbsolute(path) || posix.normalize(path) !== path || path.startsWith("..");
  if (leadsOut) return "names a file outside the delivery";
  return isPayload && !path.startsWith("data/") ? "names a file that is not in data/" : undefined;
}

async function checkLine(
  folder: string,
  manifest: string,
  { sha256, path }: Line,
  digests: Map<string, FileDigest>,
  diagnostics: Diagnostic[],
): Promise<void> {
  const tell = (code: DiagnosticCode & ("delivery/missing" | "delivery/changed")) =>
    diagnostics.push(diagnostic(code, { file: join(folder, manifest) }, { file: path }));
  try {
    const digest = await digestFile(join(folder, path), path.endsWith(".csv"));
    digests.set(path, digest);
    if (digest.sha256 !== sha256) tell("delivery/changed");
  } catch {
    tell("delivery/missing");
  }
}

async function unlisted(
  folder: string,
  payload: readonly Line[],
  tags: readonly Line[],
): Promise<Diagnostic[]> {
  const listed = new Set([...payload, ...tags].map((line) => line.path));
  listed.add(bagFiles.tagManifest);
  const found = (await filesBelow(folder, "")).sort().filter((path) => !listed.has(path));
  return found.map((file) => diagnostic("delivery/unlisted", { file: join(folder, file) }, { file }));
}

async function checkRows(folder: string, digests: ReadonlyMap<string, FileDigest>): Promise<Diagnostic[]> {
  const files = await dataFiles(folder);
  const found: Diagnostic[] = [];
  for (const { path, rows, format } of files) {
    const digest = digests.get(path);
    if (digest === undefined) continue;
    const counted = format === "csv" ? digest.csvRecords : await parquetRows(join(folder, path));
    if (counted === rows || counted === undefined) continue;
    const at = { file: join(folder, "data", "manifest.json") };
    found.push(diagnostic("delivery/rows", at, { file: path, expected: rows, found: counted }));
  }
  return found;
}

async function dataFiles(folder: string): Promise<ManifestFile[]> {
  try {
    const text = await readFile(join(folder, "data", "manifest.json"), "utf8");
    return (JSON.parse(text) as DeliveryManifest).tables.flatMap((table) => table.files);
  } catch {
    return [];
  }
}
