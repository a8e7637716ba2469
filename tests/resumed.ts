import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { dars, darsJson, mustEnd } from "./dars.ts";
import { digestsBelow, filesBelow } from "./files.ts";
import {
  copyWorkspace,
  madeWorkspace,
  type PipelineName,
  removeWorkspace,
  results,
  runPipeline,
  supplierFiles,
} from "./workspace.ts";

/** When a signal ends a run. */
export interface Moment {
  readonly pipeline: PipelineName;
  /** The plain progress line after which the signal comes. */
  readonly line: string;
  readonly signal: "SIGKILL" | "SIGINT";
  /** Milliseconds between the line and the signal. */
  readonly after?: number;
}

const folders: Record<PipelineName, readonly string[]> = {
  "identify-hes": ["links/hes/"],
  "hes-monthly": ["deliveries/hes-monthly"],
  "heart-attacks": ["deliveries/heart-attacks"],
  "hes-ons": ["links/hes-ons.mortality/", "deliveries/hes-ons"],
};

/** A run of a copied workspace is ended at a moment and leaves whole versions alone; resumed, it gives the same bytes. */
export async function expectResumed(moment: Moment): Promise<void> {
  const { pipeline, line, signal, after = 0 } = moment;
  const unbroken = await results(await madeWorkspace());
  const root = await copyWorkspace(pipeline === "identify-hes" ? "ingested" : "identified");
  const store = await digestsBelow(root, "store");
  let sent = false;
  const broken = await runPipeline(root, pipeline, {
    watch: (stderr, kill) => {
      if (sent || !stderr.includes(line)) return;
      sent = true;
      setTimeout(() => kill(signal), after);
    },
  });
  expect({ sent, exit: broken.exit, signal: broken.signal }).toEqual(
    signal === "SIGINT"
      ? { sent: true, exit: 130, signal: null }
      : { sent: true, exit: null, signal: "SIGKILL" },
  );
  if (signal === "SIGINT") expect(broken.stderr).toContain("code: run/interrupted");

  expectOnlyWholeVersions(await results(root), unbroken);
  await leaveUnnamed(root);
  expect(await digestsBelow(root, "store")).toEqual(store);
  const { runs } = await darsJson<{ runs: { state: string }[] }>(root, ["runs", "list"]);
  expect(runs.map((run) => run.state)).toEqual([signal === "SIGINT" ? "interrupted" : "running"]);

  mustEnd(await runPipeline(root, pipeline, { args: ["--resume"] }), 0);
  const wanted = [...folders[pipeline], "links/hes/"];
  expect(await results(root)).toEqual(
    Object.fromEntries(Object.entries(unbroken).filter(([path]) => wanted.some((f) => path.startsWith(f)))),
  );
  const left = (await filesBelow(root, "runs")).filter((path) => !path.endsWith("/run.json"));
  expect(left, "files that only the broken run needed").toEqual([]);
  await removeWorkspace(root);
}

/**
 * An ingest of the first files is killed some milliseconds after it begins with a file, again and again, and leaves
 * whole releases alone; the last one gives the bytes of an unbroken one.
 */
export async function expectIngestedAgain(options: {
  readonly files: number;
  readonly kills: readonly (readonly [file: number, after: number])[];
}): Promise<void> {
  const made = await madeWorkspace();
  const root = await copyWorkspace("ingested");
  await cp(join(made, "landing"), join(root, "landing"), { recursive: true });
  await rm(join(root, "store"), { recursive: true });
  const files = (await supplierFiles(root)).slice(0, options.files);
  for (const [stop, after] of options.kills) {
    const broken = await dars(root, ["ingest", ...files], (stderr, kill) => {
      if (stderr.includes(`ingest: ${files[stop]}`)) setTimeout(() => kill("SIGKILL"), after);
    });
    expect(broken.signal).toBe("SIGKILL");
    await expectWholeReleases(root);
  }
  mustEnd(await dars(root, ["ingest", ...files]), 0);
  const { releases } = await darsJson<{ releases: unknown[] }>(root, ["store", "list"]);
  expect(releases).toHaveLength(files.length);
  for (const zone of ["store/content", "store/identity"]) {
    const [found, whole] = [await digestsBelow(root, zone), await digestsBelow(made, zone)];
    expect(found).toEqual(Object.fromEntries(Object.keys(found).map((path) => [path, whole[path]])));
  }
  expect(await digestsBelow(root, "store/staging")).toEqual({});
  await removeWorkspace(root);
}

async function expectWholeReleases(root: string): Promise<void> {
  interface Stored {
    readonly path: string;
    readonly sha256: string;
  }
  const { releases } = await darsJson<{ releases: { content: Stored[]; identity: Stored[] }[] }>(root, [
    "store",
    "list",
  ]);
  const digests = await digestsBelow(root, "store");
  for (const { path, sha256 } of releases.flatMap((r) => [...r.content, ...r.identity])) {
    expect(digests[`store/${path}`]).toBe(sha256);
  }
}

/** What a kill between two instants can leave: rows that were spilled, and records that have not got their names yet. */
async function leaveUnnamed(workspace: string): Promise<void> {
  for (const file of ["runs/spill/4194305/rows", "deliveries/hes-ons/0001.json.4194305.tmp"]) {
    await mkdir(dirname(join(workspace, file)), { recursive: true });
    await writeFile(join(workspace, file), "x");
  }
}

/** Whatever stands in links and deliveries is of a version that stands there whole, with the bytes it should have. */
function expectOnlyWholeVersions(found: Record<string, string>, unbroken: Record<string, string>): void {
  // A record that has not got its name yet is none to any reader.
  const named = Object.entries(found).filter(([path]) => !/\.json\.\d+\.tmp$/.test(path));
  const standing = Object.fromEntries(named);
  const versionOf = (path: string) => path.split("/").slice(0, 3).join("/");
  const versions = new Set(Object.keys(standing).map(versionOf));
  expect(standing).toEqual(
    Object.fromEntries(Object.entries(unbroken).filter(([path]) => versions.has(versionOf(path)))),
  );
}
