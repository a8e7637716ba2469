import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { dars, darsJson, mustEnd } from "./dars.ts";
import { filesBelow } from "./files.ts";
import { asAt, copyWorkspace, pipelines, removeWorkspace, results, runPipeline } from "./workspace.ts";

interface Run {
  readonly id: string;
  readonly state: string;
  readonly steps: readonly { readonly id: string; readonly action: string; readonly result: string | null }[];
}

let root = "";

beforeAll(async () => {
  root = await copyWorkspace("made");
});

afterAll(async () => await removeWorkspace(root));

describe("A pipeline that was run before", () => {
  it.each(pipelines)("%s executes no step and changes no byte, as the plan says", async (name) => {
    const before = await results(root);
    const file = `pipelines/${name}.yaml`;
    const plan = await darsJson<Run>(root, ["plan", file, "--as-at", asAt]);
    expect(plan.steps.map((step) => step.action)).not.toContain("run");
    const outcome = mustEnd(await runPipeline(root, name, { args: ["--json"] }), 0);
    const run = JSON.parse(outcome.stdout) as Run;
    expect(run.steps.map((step) => step.action)).not.toContain("run");
    expect(run.state).toBe("done");
    expect(outcome.stderr).not.toContain("started");
    expect(await results(root)).toEqual(before);
  });

  it("runs again from the step whose result was lost", async () => {
    const before = await results(root);
    await rm(join(root, "deliveries/heart-attacks"), { recursive: true });
    const run = JSON.parse(
      mustEnd(await runPipeline(root, "heart-attacks", { args: ["--json"] }), 0).stdout,
    ) as Run;
    expect(run.steps.map((step) => step.action)).toEqual(["run", "run"]);
    expect(await results(root)).toEqual(before);
  });
});

it("Every delivery verifies, and holds nothing that its manifest does not list", async () => {
  for (const name of pipelines.slice(1)) {
    const bag = `deliveries/${name}/0001`;
    mustEnd(await dars("/", ["verify", join(root, bag)]), 0);
    const listed = await filesBelow(join(root, bag), "data");
    const { files } = await darsJson<{ files: number }>(root, ["verify", bag]);
    expect(files).toBe(listed.length);
  }
});

/** Numbers of a text, without the commas of thousands. */
function numbersOf(text: string): string[] {
  return text.replaceAll(/(\d),(?=\d{3})/g, "$1").match(/\d+/g) ?? [];
}

describe("With --json, what a command prints parses and says what the text says", () => {
  it("plan: steps, their reasons, rows, and what leaves", async () => {
    const args = ["plan", "pipelines/hes-monthly.yaml", "--as-at", asAt];
    const text = (await dars(root, args)).stdout;
    const json = await darsJson<{
      title: string;
      steps: { id: string; action: string; why: string; inputs: { name: string; rows: number | null }[] }[];
      leaves: { table: string; columns: string[] }[];
    }>(root, args);
    expect(text).toContain(json.title);
    for (const step of json.steps) {
      expect(text).toMatch(new RegExp(`${step.action} +${step.id} `));
      expect(text).toContain(step.why);
      for (const { name, rows } of step.inputs) {
        expect(text).toContain(name);
        if (rows !== null) expect(numbersOf(text)).toContain(String(rows));
      }
    }
    expect(json.leaves).toHaveLength(8);
    for (const { table, columns } of json.leaves) {
      expect(text).toMatch(new RegExp(`${table} +${columns.length} `));
    }
  });

  it("explain: what each step says of itself, and the SQL of every operation", async () => {
    const args = ["explain", "pipelines/hes-ons.yaml", "mortality", "--dialect", "spark", "--as-at", asAt];
    type Explained = { steps: { facts: Record<string, unknown>; operations: { sql: string }[] }[] };
    const json = await darsJson<Explained>(root, args);
    const [notes = "", ...texts] = (await dars(root, args)).stdout.split("\n\n");
    expect(notes).toMatch(/^-- step mortality, link\n/);
    expect(parse(notes.replaceAll(/^--/gm, "").replace(/.*\n/, ""))).toEqual(json.steps[0]?.facts);
    const operations = json.steps.flatMap((step) => step.operations);
    expect(operations.length).toBeGreaterThan(10);
    expect(texts.join("\n\n").trimEnd()).toBe(
      operations
        .map((o) => o.sql)
        .join("\n\n")
        .trimEnd(),
    );
  });

  it("run, runs list and runs show: one and the same record", async () => {
    const run = await darsJson<Run>(root, ["run", "pipelines/hes-ons.yaml", "--as-at", asAt]);
    expect(await darsJson(root, ["runs", "show", "last"])).toEqual(run);
    const { runs } = await darsJson<{ runs: Run[] }>(root, ["runs", "list"]);
    expect(runs[0]?.id).toBe(run.id);
    const list = (await dars(root, ["runs", "list"])).stdout;
    for (const { id, state } of runs) expect(list).toMatch(new RegExp(`${id} +${state}`));
    const shown = (await dars(root, ["runs", "show", run.id])).stdout;
    for (const step of run.steps) expect(shown).toContain(`${step.id} (`);
    const { differences } = await darsJson<{ differences: { what: string }[] }>(root, [
      "runs",
      "diff",
      runs.at(-1)?.id ?? "",
      "last",
    ]);
    const diff = (await dars(root, ["runs", "diff", runs.at(-1)?.id ?? "", "last"])).stdout;
    expect(differences.length).toBeGreaterThan(0);
    expect(diff).toContain("pipeline");
  });

  it("store list, catalogue, check and verify: the same counts and names", async () => {
    const { releases } = await darsJson<{ releases: { dataSet: string; rows: { kept: number } }[] }>(root, [
      "store",
      "list",
    ]);
    const store = (await dars(root, ["store", "list"])).stdout.trim().split("\n");
    expect(store).toHaveLength(releases.length + 1);
    for (const { rows } of releases) expect(numbersOf(store.join("\n"))).toContain(String(rows.kept));

    const catalogue = await darsJson<object>(root, ["catalogue", "hes_apc"]);
    const text = (await dars(root, ["catalogue", "hes_apc"])).stdout;
    for (const name of ["EPIKEY", "DIAG_4_01", "SEX"]) {
      expect(JSON.stringify(catalogue)).toContain(`"${name}"`);
      expect(text).toContain(name);
    }
    const files = pipelines.map((name) => `pipelines/${name}.yaml`);
    const checked = await darsJson<{ files: { file: string }[] }>(root, ["check", ...files, "dars.yaml"]);
    expect(checked.files.map(({ file }) => file)).toEqual([...files, "dars.yaml"]);
    const verified = await darsJson<{ files: number }>(root, ["verify", "deliveries/hes-monthly/0001"]);
    const said = (await dars(root, ["verify", "deliveries/hes-monthly/0001"])).stdout;
    expect(said).toContain(`${verified.files} files`);
  });

  it("a refusal: the diagnostics of the text, with the exit code", async () => {
    await writeFile(join(root, "pipelines/broken.yaml"), "version: 1\npipelin: x\n");
    for (const args of [
      ["check", "pipelines/broken.yaml"],
      ["run", "pipelines/hes-monthly.yaml", "--as-at", "1999-01-01"],
      ["runs", "show", "none"],
      ["ingest", "none.txt"],
    ]) {
      const outcome = await dars(root, [...args, "--json"]);
      const { diagnostics, exit } = JSON.parse(outcome.stdout) as {
        diagnostics: { what: string; fix: string; code: string }[];
        exit: number;
      };
      expect(outcome.exit).toBe(exit);
      expect(diagnostics.length).toBeGreaterThan(0);
      for (const { what, fix, code } of diagnostics) {
        for (const part of [what, fix, code]) expect(outcome.stderr).toContain(part);
      }
    }
  });
});
