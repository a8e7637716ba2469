import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { refuse } from "../base/diagnostics.ts";
import { type Json, stableJson } from "../base/stable-json.ts";
import { currentNumbers, type Release } from "../model/release.ts";
import { publish, syncFolder, writeDurably } from "./durable.ts";

/** The roots within a store. Identity is a root of its own, so that a process can be given content alone. */
const zones = ["content", "identity"] as const;

type Zone = (typeof zones)[number];

/** A release's number as its folder and file are named: six digits. */
function releaseName(number: number): string {
  return String(number).padStart(6, "0");
}

/** A release's folder, relative to the store's root. */
export function releaseFolder(zone: Zone, dataSet: string, number: number): string {
  return join(zone, dataSet, releaseName(number));
}

/** The folder for half-made files, on the file system of the store. */
export function stagingFolder(root: string): string {
  return join(root, "staging");
}

/**
 * All committed releases, by number; a store that does not exist yet has none.
 *
 * Errors: run/input-changed (exit 8) where a release's record is not readable as one.
 */
export async function readReleases(root: string): Promise<Release[]> {
  const folder = join(root, "releases");
  const releases: Release[] = [];
  for (const dataSet of await entries(folder)) {
    const files = (await entries(join(folder, dataSet))).filter((name) => /^\d{6,}\.json$/.test(name));
    for (const file of files) releases.push(await readRelease(join(folder, dataSet, file)));
  }
  return releases.sort((a, b) => a.number - b.number);
}

async function readRelease(path: string): Promise<Release> {
  const text = await readFile(path, "utf8");
  try {
    const release = JSON.parse(text) as Release;
    if (release.format === 1 && Number.isSafeInteger(release.number)) return release;
  } catch {
    // Falls through: neither case is a release.
  }
  return refuse("run/input-changed", { file: path }, { file: path });
}

/** The number of the next release: one more than the greatest committed, over all data sets. */
export function nextReleaseNumber(releases: readonly Release[]): number {
  return releases.reduce((greatest, release) => Math.max(greatest, release.number), 0) + 1;
}

/**
 * The unpruned release that was made of these bytes, for the same cohort. Files without records are alike, and told
 * apart by their names.
 */
export function heldRelease(
  releases: readonly Release[],
  source: { readonly name: string; readonly sha256: string; readonly cohort?: string | undefined },
): Release | undefined {
  return releases.find(
    (release) =>
      release.source.sha256 === source.sha256 &&
      release.pruned === undefined &&
      release.cohort === source.cohort &&
      (release.rows.in > 0 || release.source.name === source.name),
  );
}

/**
 * Removes what an ingest that died has left: staged files, and published folders of the number that no release has yet.
 * Run under the workspace lock.
 */
export async function sweepStore(root: string, nextNumber: number): Promise<void> {
  await rm(stagingFolder(root), { recursive: true, force: true });
  for (const dataSet of await entries(join(root, "releases"))) {
    const folder = join(root, "releases", dataSet);
    const unfinished = (await entries(folder)).filter((name) => name.endsWith(".tmp"));
    for (const name of unfinished) await rm(join(folder, name), { force: true });
  }
  for (const zone of zones) {
    for (const dataSet of await entries(join(root, zone))) {
      await rm(join(root, releaseFolder(zone, dataSet, nextNumber)), { recursive: true, force: true });
    }
  }
}

/**
 * Moves the staged folders `content` and `identity` to their places, then writes the release's record, which commits it.
 * Run under the workspace lock. Files and folders are on disk before the record is.
 */
export async function commitRelease(root: string, staged: string, release: Release): Promise<void> {
  for (const zone of zones) {
    const parent = await makeDurableFolder(root, zone, release.dataSet);
    await syncFolder(join(staged, zone));
    await publish(join(staged, zone), join(parent, releaseName(release.number)));
  }
  const records = await makeDurableFolder(root, "releases", release.dataSet);
  const text = `${stableJson(release as unknown as Json, 2)}\n`;
  await writeDurably(join(records, `${releaseName(release.number)}.json`), text);
}

/** Folders below the root, made and put on disk from the top. Identity is for its owner alone. */
async function makeDurableFolder(root: string, ...parts: readonly string[]): Promise<string> {
  await mkdir(root, { recursive: true });
  let here = root;
  for (const part of parts) {
    const child = join(here, part);
    await mkdir(child, { recursive: true, mode: part === "identity" ? 0o700 : 0o755 });
    await syncFolder(here);
    here = child;
  }
  return here;
}

/** One release as `dars store list` shows it. */
export interface StoredRelease {
  readonly dataSet: string;
  readonly number: number;
  readonly shape: string;
  readonly from: string;
  readonly to: string;
  readonly status: string;
  readonly received: string;
  readonly source: string;
  readonly kept: number;
  readonly rejected: number;
  readonly bytes: number;
  /** Whether readers of today see it. */
  readonly current: boolean;
  readonly pruned: boolean;
}

/** Every release, by number, and whether it is today's truth. */
export function listReleases(releases: readonly Release[]): StoredRelease[] {
  const today = currentNumbers(releases);
  return releases.map((release) => ({
    dataSet: release.dataSet,
    number: release.number,
    shape: release.shape,
    from: release.period.from,
    to: release.period.to,
    status: release.period.status,
    received: release.received,
    source: release.source.name,
    kept: release.rows.kept,
    rejected: release.rows.rejected,
    bytes: [...release.content, ...release.identity, ...release.rejects].reduce((sum, f) => sum + f.bytes, 0),
    current: today.has(release.number),
    pruned: release.pruned !== undefined,
  }));
}

async function entries(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
