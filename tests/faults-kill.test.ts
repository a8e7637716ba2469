import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { darsJson, mustEnd } from "./dars.ts";
import { digestsBelow, filesBelow } from "./files.ts";
import {
  copyWorkspace,
  madeWorkspace,
  type PipelineName,
  removeWorkspace,
  results,
  runPipeline,
} from "./workspace.ts";

interface Moment {
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

const moments: readonly Moment[] = [
  { pipeline: "identify-hes", line: "persons: started", signal: "SIGKILL" },
  { pipeline: "identify-hes", line: "persons: pass_2,", signal: "SIGKILL" },
  { pipeline: "identify-hes", line: "persons: persons_hes_op,", signal: "SIGKILL" },
  { pipeline: "identify-hes", line: "persons: started", signal: "SIGINT" },
  { pipeline: "hes-monthly", line: "extract: person_tokens,", signal: "SIGKILL" },
  { pipeline: "hes-monthly", line: "extract: copy_hes_op_2023_24_csv,", signal: "SIGKILL" },
  { pipeline: "hes-monthly", line: "extract: tokens_hes_apc_2023_24,", signal: "SIGINT" },
  { pipeline: "hes-monthly", line: "deliver: started", signal: "SIGKILL" },
  { pipeline: "hes-monthly", line: "deliver: started", signal: "SIGKILL", after: 20 },
  { pipeline: "heart-attacks", line: "deliver: started", signal: "SIGKILL", after: 10 },
  { pipeline: "hes-ons", line: "mortality: match_2,", signal: "SIGKILL" },
  { pipeline: "hes-ons", line: "mortality: candidate,", signal: "SIGINT" },
  { pipeline: "hes-ons", line: "extract: copy_hes_ons_linked_csv,", signal: "SIGKILL" },
  { pipeline: "hes-ons", line: "deliver: started", signal: "SIGKILL", after: 5 },
];

let unbroken: Record<string, string> = {};
let root = "";

beforeAll(async () => {
  unbroken = await results(await madeWorkspace());
});

afterEach(async () => await removeWorkspace(root));

describe("A run that a signal ends", () => {
  it.each(moments)(
    "resumes to the same bytes: $pipeline, $signal after $line (+ $after ms)",
    async (moment) => {
      const { pipeline, line, signal, after = 0 } = moment;
      root = await copyWorkspace(pipeline === "identify-hes" ? "ingested" : "identified");
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

      expectOnlyWholeVersions(await results(root));
      await leaveUnnamed(root);
      expect(await digestsBelow(root, "store")).toEqual(store);
      const { runs } = await darsJson<{ runs: { state: string }[] }>(root, ["runs", "list"]);
      expect(runs.map((run) => run.state)).toEqual([signal === "SIGINT" ? "interrupted" : "running"]);

      mustEnd(await runPipeline(root, pipeline, { args: ["--resume"] }), 0);
      const wanted = [...folders[pipeline], "links/hes/"];
      expect(await results(root)).toEqual(
        Object.fromEntries(
          Object.entries(unbroken).filter(([path]) => wanted.some((f) => path.startsWith(f))),
        ),
      );
      const left = (await filesBelow(root, "runs")).filter((path) => !path.endsWith("/run.json"));
      expect(left, "files that only the broken run needed").toEqual([]);
    },
  );
});

/** What a kill between two instants can leave: rows that were spilled, and records that have not got their names yet. */
async function leaveUnnamed(workspace: string): Promise<void> {
  for (const file of ["runs/spill/4194305/rows", "deliveries/hes-ons/0001.json.4194305.tmp"]) {
    await mkdir(dirname(join(workspace, file)), { recursive: true });
    await writeFile(join(workspace, file), "x");
  }
}

/** Whatever stands in links and deliveries is of a version that stands there whole, with the bytes it should have. */
function expectOnlyWholeVersions(found: Record<string, string>): void {
  // A record that has not got its name yet is none to any reader.
  const named = Object.entries(found).filter(([path]) => !/\.json\.\d+\.tmp$/.test(path));
  const standing = Object.fromEntries(named);
  const versionOf = (path: string) => path.split("/").slice(0, 3).join("/");
  const versions = new Set(Object.keys(standing).map(versionOf));
  expect(standing).toEqual(
    Object.fromEntries(Object.entries(unbroken).filter(([path]) => versions.has(versionOf(path)))),
  );
}
