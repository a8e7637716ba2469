import { spawnSync } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Refusal } from "../src/base/diagnostics.ts";
import { EngineError } from "../src/engine/engine-error.ts";
import { explainFullDisk } from "../src/engine/ingest/disk.ts";
import { readReleases } from "../src/engine/store.ts";
import { csv, Lab, row } from "./ingest-lab.ts";

describe("a process killed while it takes a file in", () => {
  it.each(["reading", "staged"])(
    "at the stage %s leaves no release, and the next ingest cleans up",
    async (stage) => {
      const lab = await Lab.open();
      const file = await lab.write("visits_2324.csv", csv(row("a"), row("b")));
      const script = join(import.meta.dirname, "ingest-die.ts");
      const child = spawnSync(process.execPath, ["--import", "tsx", script, lab.folder, file, stage]);
      expect(child.signal).toBe("SIGKILL");
      expect(await readReleases(lab.store)).toEqual([]);
      expect(await readdir(join(lab.store, "staging"))).toHaveLength(1);
      const { release } = await lab.ingest(file);
      expect(release.number).toBe(1);
      expect(await readdir(join(lab.store, "staging"))).toEqual([]);
      const clean = await Lab.open();
      const whole = await clean.take("visits_2324.csv", csv(row("a"), row("b")));
      expect(release).toEqual(whole.release);
    },
  );
});

describe("a full disk", () => {
  const full = async () => 0;
  const roomy = async () => 2 ** 40;
  const failed = new EngineError("content", new Error('{"exception_type":"IO"}'));

  it("is told as such, whoever met it", async () => {
    const ofNode = Object.assign(new Error("no space"), { code: "ENOSPC" });
    for (const error of [
      await explainFullDisk(ofNode, "f", "/", roomy),
      await explainFullDisk(failed, "f", "/", full),
    ]) {
      expect((error as Refusal).diagnostics[0]?.code).toBe("ingest/disk-full");
    }
  });

  it("is not blamed for another failure", async () => {
    expect(await explainFullDisk(failed, "f", "/", roomy)).toBe(failed);
  });
});
