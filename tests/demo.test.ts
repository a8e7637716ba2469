import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dars, type Outcome, scratch } from "./dars.ts";

let folder = "";
let demo: Outcome;

beforeAll(async () => {
  folder = await scratch("demo");
  demo = await dars(folder, ["demo", "england", "--people", "15000"]);
});

afterAll(async () => await rm(folder, { recursive: true, force: true }));

/** The commands under `Next`, less the comment and the runner before each. */
function nextCommands(): string[][] {
  const [, next = ""] = demo.stdout.split(/^Next$/m);
  const lines = next.split("\n").map((line) => line.replace(/#.*$/, "").trim());
  return lines
    .filter((line) => /(^| )dars /.test(line))
    .map((line) => line.replace(/^.*?dars /, "").split(" "));
}

describe("The demo", () => {
  it("says what it took in, made and found, within 120 columns", () => {
    expect(demo.exit, demo.stderr).toBe(0);
    for (const part of ["hes_apc", "hes_op", "hes_ae", "hes_cc", "ons_deaths", "cohort"])
      expect(demo.stdout).toContain(part);
    for (const name of ["hes-monthly", "hes-ons", "heart-attacks", "cohort-hes"]) {
      expect(demo.stdout).toContain(`deliveries/${name}/0001`);
    }
    expect(demo.stdout.split("\n").filter((line) => line.length > 120)).toEqual([]);
  });

  it("tells precision and recall against the known truth, all above 0.9", () => {
    const rows = demo.stdout
      .split("\n")
      .filter((line) => /^ *(HES Patient ID|HES–ONS|Cohort in HES)/.test(line));
    expect(rows).toHaveLength(3);
    for (const row of rows) {
      const ratios = row.match(/\b[01]\.\d{4}\b/g)?.map(Number) ?? [];
      expect(ratios).toHaveLength(2);
      for (const ratio of ratios) expect(ratio).toBeGreaterThan(0.9);
    }
  });

  it("shows what linked the persons of a customer's list", () => {
    const [, shown = ""] = demo.stdout.split(/^A customer's list in HES/m);
    for (const step of ["rules", "model"]) expect(shown).toMatch(new RegExp(`^ *${step}\\b.* [1-9]`, "m"));
  });

  it("prints next commands that all end with 0", async () => {
    const commands = nextCommands();
    expect(commands.length).toBeGreaterThanOrEqual(5);
    for (const args of commands) {
      const outcome = await dars(join(folder, "england"), args);
      expect(outcome.exit, `dars ${args.join(" ")}\n${outcome.stderr}`).toBe(0);
      expect(outcome.stderr).not.toContain("started");
    }
  });

  it("does not touch a folder in which something stands", async () => {
    const again = await dars(folder, ["demo", "england"]);
    expect(again.exit).toBe(2);
    expect(again.stderr).toContain("code: run/not-empty");
  });
});
