import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Json } from "../base/stable-json.ts";
import { stableJson } from "../base/stable-json.ts";
import type { PlanStep } from "../plan/plan.ts";
import type { StepVersion } from "../plan/step-version.ts";
import { publishFolder, writeDurably } from "./durable.ts";
import type { Workspace } from "./workspace.ts";

const recordName = "version.json";

/** Where a version's files stand. */
export function versionFolder(workspace: Workspace, version: VersionPlace): string {
  const number = String(version.number).padStart(4, "0");
  if (version.home === "work") return join(workFolder(workspace), version.fingerprint.slice(0, 32));
  const root = version.home === "links" ? workspace.paths.links : workspace.paths.deliveries;
  return join(root, version.chain, number);
}

/** What places a version: its step's home, its chain and number, or its fingerprint. */
export interface VersionPlace {
  readonly home: PlanStep["home"];
  readonly chain: string;
  readonly number: number;
  readonly fingerprint: string;
}

function workFolder(workspace: Workspace): string {
  return join(workspace.paths.runs, "work");
}

/** A delivery's own record stands beside its bag, as a bag holds what was sent and nothing else. */
function recordPath(workspace: Workspace, place: VersionPlace): string {
  const folder = versionFolder(workspace, place);
  return place.home === "deliveries" ? `${folder}.json` : join(folder, recordName);
}

/** Every committed version of a workspace, in no order. */
export async function readVersions(workspace: Workspace): Promise<StepVersion[]> {
  const links = await recordsBelow(workspace.paths.links, (name) => name === recordName);
  const work = await recordsBelow(workFolder(workspace), (name) => name === recordName);
  const deliveries = await recordsBelow(workspace.paths.deliveries, (name) => /^\d{4}\.json$/.test(name), 2);
  return await Promise.all(
    [...links, ...work, ...deliveries].map(
      async (path) => JSON.parse(await readFile(path, "utf8")) as StepVersion,
    ),
  );
}

async function recordsBelow(
  folder: string,
  matches: (name: string) => boolean,
  depth = 3,
): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found = entries.filter((e) => e.isFile() && matches(e.name)).map((e) => join(folder, e.name));
  if (depth === 1) return found;
  const below = entries.filter((e) => e.isDirectory() && !e.name.startsWith("."));
  const deeper = await Promise.all(below.map((e) => recordsBelow(join(folder, e.name), matches, depth - 1)));
  return [...found, ...deeper.flat()];
}

/** Commits a staged folder of links or work: its record is written into it, then the folder gets its final name. */
export async function commitVersion(
  workspace: Workspace,
  home: "links" | "work",
  version: StepVersion,
  staged: string,
): Promise<void> {
  const final = versionFolder(workspace, { ...version, home });
  await writeDurably(join(staged, recordName), stableJson(version as unknown as Json, 2));
  await publishFolder(staged, final);
}

/** Commits a delivery that already stands in its place. */
export async function commitDelivery(workspace: Workspace, version: StepVersion): Promise<void> {
  const path = recordPath(workspace, { ...version, home: "deliveries" });
  await writeDurably(path, stableJson(version as unknown as Json, 2));
}

/** Removes results that only an unfinished run would have needed. */
export async function removeWork(workspace: Workspace): Promise<void> {
  await rm(workFolder(workspace), { recursive: true, force: true });
}
