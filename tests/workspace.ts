import { copyFile, cp, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inject } from "vitest";
import { dars, mustEnd, type Outcome, scratch } from "./dars.ts";
import { digestsBelow } from "./files.ts";

/** The pipelines of a new workspace, in the order in which they need each other. */
export const pipelines = ["identify-hes", "hes-monthly", "heart-attacks", "hes-ons"] as const;
export type PipelineName = (typeof pipelines)[number];

/** The day that runs of tests are for. The clock of the machine decides nothing else. */
export const asAt: string = inject("asAt");

/**
 * A workspace in which everything was done once: a synthetic England taken in, identified and delivered. All test
 * files of one test run share it, so it is only read; whoever writes takes a copy.
 */
export async function madeWorkspace(): Promise<string> {
  const [shared, made] = [inject("sharedFolder"), join(inject("sharedFolder"), "made")];
  const first = await mkdir(join(shared, "making")).then(
    () => true,
    () => false,
  );
  if (first) {
    const root = await scratch("making");
    await makeWorkspace(root, { people: 3000, seed: 1 });
    for (const name of pipelines) mustEnd(await runPipeline(root, name), 0);
    await rename(root, made);
  }
  for (let waited = 0; !(await exists(made)); waited += 250) {
    if (waited > 200_000) throw new Error("the shared workspace was not made; see the test that began first");
    await sleep(250);
  }
  return made;
}

/** How far a copy of the made workspace has come; its keys are the same, so that its tokens can be compared. */
export type Stage = "ingested" | "identified" | "made";

/** A copy of the made workspace, with what came later than a stage left out. The caller may do with it as it likes. */
export async function copyWorkspace(stage: Stage): Promise<string> {
  const from = await madeWorkspace();
  const root = await scratch(stage);
  const later: Record<Stage, readonly string[]> = {
    ingested: ["links/hes", "links/hes-ons.mortality", "deliveries"],
    identified: ["links/hes-ons.mortality", "deliveries"],
    made: [],
  };
  const left = new Set(["landing", ...(stage === "made" ? [] : ["runs"]), ...later[stage]]);
  await cp(from, root, { recursive: true, filter: (path) => !left.has(relative(from, path)) });
  for (const folder of ["links", "deliveries", "runs"]) await mkdir(join(root, folder), { recursive: true });
  return root;
}

/** Makes a workspace and takes a synthetic England in, its files in the order given. */
export async function makeWorkspace(
  root: string,
  options: { people: number; seed: number; order?: (files: readonly string[]) => readonly string[] },
): Promise<void> {
  mustEnd(await dars(root, ["init", "."]), 0);
  const { people, seed, order = (files) => files } = options;
  const size = ["--people", String(people), "--seed", String(seed)];
  mustEnd(await dars(root, ["synth", ...size, "--out", "landing"]), 0);
  await copyFile(join(root, "landing/opt-outs.dat"), join(root, "agreements/opt-outs.dat"));
  await datesAround(root);
  mustEnd(await dars(root, ["ingest", ...order(await supplierFiles(root))]), 0);
}

/** The supplier files of a workspace's landing folder, by name. */
export async function supplierFiles(root: string): Promise<string[]> {
  const names = await readdir(join(root, "landing"));
  return names
    .filter((name) => name.endsWith(".txt"))
    .sort()
    .map((name) => join("landing", name));
}

/** The example agreements hold for a term of fixed dates; here they hold around the day of the test. */
async function datesAround(root: string): Promise<void> {
  const year = Number(asAt.slice(0, 4));
  const change = (text: string) =>
    text
      .replace(/^start: .*$/m, `start: ${year - 1}-01-01`)
      .replace(/^end: .*$/m, `end: ${year + 1}-12-31`)
      .replace(/dated: [\d-]+/, `dated: ${asAt}`);
  for (const name of ["example-monthly", "example-heart", "example-mortality", "example-cohort"]) {
    await editFile(join(root, "agreements", `${name}.yaml`), change);
  }
}

/** Changes a text file; a change that changes nothing is a mistake of the test. */
export async function editFile(path: string, change: (text: string) => string): Promise<void> {
  const before = await readFile(path, "utf8");
  const after = change(before);
  if (after === before) throw new Error(`nothing was changed in ${path}`);
  await writeFile(path, after);
}

/** Runs a pipeline of the workspace for the day of the tests. */
export async function runPipeline(
  root: string,
  name: PipelineName,
  options: { args?: readonly string[]; watch?: Parameters<typeof dars>[2] } = {},
): Promise<Outcome> {
  const args = ["run", `pipelines/${name}.yaml`, "--as-at", asAt, ...(options.args ?? [])];
  return await dars(root, args, options.watch);
}

/** SHA-256 of every file of links and deliveries. */
export async function results(root: string): Promise<Record<string, string>> {
  return { ...(await digestsBelow(root, "links")), ...(await digestsBelow(root, "deliveries")) };
}

/** Removes a copy; its test is done with it. */
export async function removeWorkspace(root: string): Promise<void> {
  await rm(root, { recursive: true, force: true });
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
