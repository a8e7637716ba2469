import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it, type TestContext } from "vitest";
import { dars, darsJson, mustEnd, type Outcome, scratch } from "./dars.ts";
import { digestsBelow } from "./files.ts";
import { expectIngestedAgain } from "./resumed.ts";
import {
  asAt,
  copyWorkspace,
  editFile,
  madeWorkspace,
  removeWorkspace,
  results,
  runPipeline,
} from "./workspace.ts";

const isRoot = process.getuid?.() === 0;
const nobody = 65534;

let root = "";
let mounted: string | undefined;

afterEach(async () => {
  if (mounted !== undefined) system("umount", mounted);
  mounted = undefined;
  await removeWorkspace(root);
});

/** Runs a program of the system; throws where it fails. */
function system(program: string, ...args: readonly string[]): void {
  execFileSync(program, args, { stdio: "ignore" });
}

/** A small disk in a folder of the workspace; the test is skipped where the system allows none. */
function mountSmall(context: TestContext, folder: string, options: string): void {
  try {
    system("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder);
    mounted = folder;
  } catch {
    context.skip("a small disk cannot be mounted here");
  }
}

it("Ingest that is killed leaves whole releases alone, and a second one gives the bytes of an unbroken one", async () => {
  await expectIngestedAgain({ files: 7, kills: [[4, 120]] });
});

it("Of two runs at once the second ends with 5 at once, and the first is not disturbed", async () => {
  root = await copyWorkspace("ingested");
  let second: Promise<Outcome> | undefined;
  const first = await runPipeline(root, "identify-hes", {
    watch: (stderr, kill) => {
      if (second !== undefined || !stderr.includes("persons: started")) return;
      kill("SIGSTOP");
      second = runPipeline(root, "identify-hes").finally(() => kill("SIGCONT"));
    },
  });
  expect(first.exit).toBe(0);
  expect((await second)?.exit).toBe(5);
  expect((await second)?.stderr).toContain("code: run/locked");
});

describe("Too little memory", () => {
  it("ends an ingest with 1 and says what to change, the store as it was", async () => {
    root = await copyWorkspace("ingested");
    await cp(join(await madeWorkspace(), "landing"), join(root, "landing"), { recursive: true });
    await rm(join(root, "store"), { recursive: true });
    const config = await readFile(join(root, "dars.yaml"), "utf8");
    await writeFile(join(root, "dars.yaml"), config.replace("memory: 2GB", "memory: 64MB"));
    const outcome = await dars(root, ["ingest", "landing/HES_APC_202399.txt"]);
    expect(outcome.exit).toBe(1);
    expect(outcome.stderr).toContain("code: run/out-of-memory");
    expect(await digestsBelow(root, "store/content")).toEqual({});
  });
});

describe("A full, read-only or second disk", () => {
  it("ends an ingest with 1 and says so, the store as it was", async (context) => {
    root = await copyWorkspace("ingested");
    await cp(join(await madeWorkspace(), "landing"), join(root, "landing"), { recursive: true });
    await rm(join(root, "store"), { recursive: true });
    await mkdir(join(root, "store"));
    mountSmall(context, join(root, "store"), "size=300k");
    mustEnd(await dars(root, ["ingest", "landing/HES_CC_202399.txt"]), 0);
    const before = await digestsBelow(root, "store");
    const outcome = await dars(root, ["ingest", "landing/HES_OP_202399.txt"]);
    expect(outcome.exit).toBe(1);
    expect(outcome.stderr).toContain("code: ingest/disk-full");
    expect(await digestsBelow(root, "store")).toEqual(before);
  });

  it("ends a run with 1 and says so; with room again, --resume gives the same bytes", async (context) => {
    root = await copyWorkspace("identified");
    mountSmall(context, join(root, "runs"), "size=400k");
    const before = await results(root);
    const outcome = await runPipeline(root, "hes-monthly");
    expect(outcome.exit).toBe(1);
    expect(outcome.stderr).toContain("code: run/disk-full");
    const { state, reason } = await darsJson<{ state: string; reason: string }>(root, [
      "runs",
      "show",
      "last",
    ]);
    expect({ state, reason }).toEqual({ state: "failed", reason: "run/disk-full" });
    expect(await results(root)).toEqual(before);
    system("mount", "-o", "remount,size=64m", join(root, "runs"));
    mustEnd(await runPipeline(root, "hes-monthly", { args: ["--resume"] }), 0);
    const made = await digestsBelow(await madeWorkspace(), "deliveries/hes-monthly");
    expect(await digestsBelow(root, "deliveries/hes-monthly")).toEqual(made);
  });

  it("ends a run with 1 where it may write no file of some size", async () => {
    root = await copyWorkspace("identified");
    const before = await results(root);
    const args = ["run", "pipelines/hes-monthly.yaml", "--as-at", asAt];
    const outcome = await dars(root, args, undefined, { before: "ulimit -f 64" });
    expect(outcome.exit).toBe(1);
    expect(outcome.stderr).toContain("code: run/");
    expect(await results(root)).toEqual(before);
  });

  it("of its own for links takes what a run makes", async (context) => {
    root = await copyWorkspace("ingested");
    await mkdir(join(root, "links"), { recursive: true });
    mountSmall(context, join(root, "links"), "size=64m");
    mustEnd(await runPipeline(root, "identify-hes"), 0);
    const made = await digestsBelow(await madeWorkspace(), "links/hes");
    expect(await digestsBelow(root, "links/hes")).toEqual(made);
  });

  it("that has no room for folders ends synth and init at once", async (context) => {
    if (!existsSync("/proc/self")) context.skip("there is no /proc here");
    root = await scratch("no-folder");
    for (const args of [
      ["synth", "--people", "10", "--out", "/proc/none/x"],
      ["init", "/proc/none"],
    ]) {
      const outcome = await dars(root, args);
      expect(outcome.exit).toBe(1);
      expect(outcome.stderr).toContain("no folder can be made here");
    }
  });

  it("has a file where a folder would be made", async () => {
    root = await scratch("file-for-folder");
    await writeFile(join(root, "records.csv"), "id,name\n1,Ann\n2,Ann\n");
    const names = { comparison: "name", levels: [{ exact: "name" }] };
    const sources = { records: { file: "records.csv", id: "id" } };
    const step = { id: "link", kind: "match", sources, comparisons: [names], blocking: [["name"]] };
    const linkage = { version: 1, pipeline: "p", title: "t", steps: [step] };
    await writeFile(join(root, "linkage.yaml"), JSON.stringify(linkage));
    for (const args of [
      ["init", "records.csv"],
      ["synth", "--people", "10", "--out", "records.csv/x"],
      ["link", "run", "linkage.yaml", "--out", "records.csv"],
      ["link", "run", "linkage.yaml", "--out", "records.csv/x"],
    ]) {
      const outcome = await dars(root, args);
      expect(outcome.exit).toBe(1);
      expect(outcome.stderr).toMatch(/a file stands where a folder|a part of the path is a file/);
    }
  });

  it("that can only be read ends with 1 and is not called a bug", async (context) => {
    root = await copyWorkspace("identified");
    mountSmall(context, join(root, "runs"), "ro");
    const outcome = await runPipeline(root, "hes-monthly");
    expect(outcome.exit).toBe(1);
    expect(outcome.stderr).toContain("the disk is read-only");
  });
});

describe.skipIf(!isRoot)("Another user (tried only by root, who can become one)", () => {
  it("who may not write the workspace is told so, with exit 1", async () => {
    root = await copyWorkspace("identified");
    await chmod(root, 0o755);
    await chmod(join(root, "keys"), 0o755);
    const args = ["run", "pipelines/identify-hes.yaml", "--as-at", asAt, "--json"];
    const outcome = await dars(root, args, undefined, { uid: nobody });
    expect(outcome.exit).toBe(1);
    expect(outcome.stderr).toMatch(/no permission to read or write here\n {2}fix: /);
    expect(JSON.parse(outcome.stdout)).toMatchObject({ exit: 1, diagnostics: [{ code: "run/system" }] });
  });

  it("who may not read the key gets 8, and the identity zone is closed to them", async () => {
    root = await copyWorkspace("identified");
    await chmod(root, 0o755);
    await chmod(join(root, "runs"), 0o777);
    const args = ["run", "pipelines/hes-monthly.yaml", "--as-at", asAt];
    const outcome = await dars(root, args, undefined, { uid: nobody });
    expect(outcome.exit).toBe(8);
    expect(outcome.stderr).toContain("code: agreement/key-missing");
    const identify = ["run", "pipelines/identify-hes.yaml", "--as-at", asAt];
    await rm(join(root, "links/hes"), { recursive: true });
    const closed = await dars(root, identify, undefined, { uid: nobody });
    expect(closed.exit).not.toBe(0);
    expect(closed.stderr).not.toContain("bug");
  });
});

describe("A root key", () => {
  it("that is short, known, of one byte, open to others or missing is refused before anything runs", async () => {
    root = await copyWorkspace("identified");
    const file = join(root, "keys/root.key");
    const good = await readFile(file);
    for (const [bytes, mode, exit, says] of [
      [Buffer.from("short"), 0o600, 4, "it has 5 bytes"],
      [Buffer.alloc(32, 7), 0o600, 4, "all its bytes are equal"],
      [Buffer.from("0123456789abcdef".repeat(2)), 0o600, 4, "public documents"],
      [good, 0o644, 4, "others may read it"],
      [undefined, 0o600, 8, "no readable root key"],
    ] as const) {
      await rm(file);
      if (bytes !== undefined) {
        await writeFile(file, bytes, { mode });
        await chmod(file, mode);
      }
      const outcome = await runPipeline(root, "hes-monthly");
      expect(outcome.exit, says).toBe(exit);
      expect(outcome.stderr).toContain(says);
      expect(outcome.stderr).not.toContain("started");
      if (bytes === undefined) await writeFile(file, good, { mode: 0o600 });
    }
    expect(await digestsBelow(root, "deliveries")).toEqual({});
  });
});

describe("A committed file that was changed behind the workspace's back", () => {
  it.each([
    ["missing from the store", "store/content/hes_apc/000004/part.parquet", undefined],
    ["overwritten in the store", "store/content/hes_apc/000004/part.parquet", "junk"],
    ["missing from the ledger", "links/hes/0001/profiles.parquet", undefined],
  ])("ends a run with 8 where it is %s", async (_what, path, content) => {
    root = await copyWorkspace("identified");
    await rm(join(root, path));
    if (content !== undefined) await writeFile(join(root, path), content);
    const outcome = await runPipeline(root, "heart-attacks");
    expect(outcome.exit).toBe(8);
    expect(outcome.stderr).toContain("code: run/input-changed");
    expect(await digestsBelow(root, "deliveries")).toEqual({});
  });
});

it("A workspace whose dars.yaml is broken is refused with 2 and the place", async () => {
  root = await copyWorkspace("ingested");
  await editFile(join(root, "dars.yaml"), (text) => text.replace("threads: 2", "threads: many"));
  const outcome = await dars(root, ["store", "list"]);
  expect(outcome.exit).toBe(2);
  expect(outcome.stderr).toMatch(/dars.yaml:\d+:\d+ /);
});
