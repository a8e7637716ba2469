import { appendFile, copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dars, scratch } from "./dars.ts";
import { asAt, copyWorkspace, editFile, removeWorkspace } from "./workspace.ts";

let root = "";
let empty = "";

beforeAll(async () => {
  root = await copyWorkspace("made");
  empty = await scratch("empty");
  await dars(empty, ["init", "."]);
});

afterAll(async () => {
  await removeWorkspace(root);
  await removeWorkspace(empty);
});

/** A copy of a shipped pipeline with one thing changed. */
async function variant(name: string, from: string | RegExp, to: string): Promise<string> {
  const file = `pipelines/variant-${Math.random().toString(36).slice(2)}.yaml`;
  await copyFile(join(root, "pipelines", `${name}.yaml`), join(root, file));
  await editFile(join(root, file), (text) => text.replace(from, to));
  return file;
}

describe("A usage error", () => {
  it.each([
    [["nonsense"], "unknown command 'nonsense'"],
    [["plna", "x.yaml"], "Did you mean plan?"],
    [["runs", "lst"], "Did you mean list?"],
    [["run"], "missing required argument 'file'"],
    [["run", "pipelines/hes-monthly.yaml", "--preiod", "2024-01"], "Did you mean --period?"],
    [["run", "pipelines/hes-monthly.yaml", "--period", "2024-13"], "not a month"],
    [["run", "pipelines/hes-monthly.yaml", "--as-at", "2024-02-30"], "not a date"],
    [["run", "pipelines/hes-monthly.yaml", "--resume"], "no run of"],
    [["ingest", "x.txt", "--records", "many"], "not a whole number"],
    [["synth", "--out", "x", "--years", "2024"], "not a range of years"],
    [["explain", "pipelines/hes-monthly.yaml", "extrat"], 'did you mean "extract"?'],
    [["init", "."], "exists and is not empty"],
  ])("ends %j with 2 and a hint", async (args, hint) => {
    const outcome = await dars(root, args);
    expect(outcome.stderr).toContain(hint);
    expect(outcome).toMatchObject({ exit: 2, stdout: "" });
  });

  it("ends a command without a workspace with 2", async () => {
    const folder = await scratch("no-workspace");
    const outcome = await dars(folder, ["runs", "list"]);
    expect(outcome.exit).toBe(2);
    expect(outcome.stderr).toContain("dars init");
  });
});

it("A broken pipeline ends with 2, every mistake at once, each with file, line and column", async () => {
  const text = await readFile(join(root, "pipelines/heart-attacks.yaml"), "utf8");
  const broken = text
    .replace("title:", "titel:")
    .replace("formats: [csv]", "formats: [csv, xlsx]")
    .replace("kind: deliver", "kind: delivr");
  await writeFile(join(root, "pipelines/broken.yaml"), broken);
  const lineOf = (part: string) => broken.split("\n").findIndex((line) => line.includes(part)) + 1;
  for (const verb of ["check", "run", "plan", "explain"]) {
    const outcome = await dars(root, [verb, "pipelines/broken.yaml"]);
    expect(outcome.exit).toBe(2);
    for (const part of ["titel", "xlsx", "delivr"]) {
      expect(outcome.stderr).toMatch(new RegExp(`pipelines/broken.yaml:${lineOf(part)}:\\d+ .*"${part}"`));
    }
  }
});

const wholeTable = /- dataset: hes_apc[\s\S]*?(?=\n {2}- \{ id: deliver)/;
const outpatients = "- { dataset: hes_op, years: [2023/24], fields: [ATTENDKEY] }";

describe("A refusal by the agreement", () => {
  it.each([
    ["a field", "heart-attacks", "PROCODE3, SEX]", "PROCODE3, SEX, GPPRAC]", "agreement/field"],
    ["a year", "heart-attacks", "years: [2023/24]", "years: [2024/25]", "agreement/year"],
    ["a data set", "heart-attacks", wholeTable, outpatients, "agreement/data-set"],
    ["a sensitive item", "heart-attacks", "PROCODE3, SEX]", "PROCODE3, SEX, ETHNOS]", "agreement/sensitive"],
    ["a direct identifier", "heart-attacks", "PROCODE3, SEX]", "SEX, NEWNHSNO]", "agreement/direct"],
    ["a format", "heart-attacks", "formats: [csv]", "formats: [parquet]", "agreement/format"],
  ])("ends with 4 for %s, before any data is read", async (_what, name, from, to, code) => {
    const file = await variant(name, from, to);
    if (code === "agreement/sensitive") {
      await editFile(join(root, "agreements/example-heart.yaml"), (text) =>
        text.replace("fields: [EPIKEY,", "fields: [ETHNOS, EPIKEY,"),
      );
    }
    for (const verb of ["check", "run"]) {
      const outcome = await dars(root, [verb, file]);
      expect(outcome.stderr).toContain(`code: ${code}`);
      expect(outcome.stderr).toContain(`${file}:`);
      expect(outcome.stderr).not.toContain("started");
      expect(outcome.exit).toBe(4);
    }
  });

  it.each([
    ["that has ended", "9999-01-01", "agreement/expired"],
    ["that has not begun", "1999-01-01", "agreement/expired"],
  ])("ends with 4 for an agreement %s on the date given", async (_what, date, code) => {
    const outcome = await dars(root, ["run", "pipelines/hes-monthly.yaml", "--as-at", date]);
    expect(outcome.exit).toBe(4);
    expect(outcome.stderr).toContain(`code: ${code}`);
  });

  it("ends with 4 for an opt-out list that is too old", async () => {
    const file = join(root, "agreements/example-monthly.yaml");
    const text = await readFile(file, "utf8");
    await editFile(file, (t) => t.replace(/dated: [\d-]+/, "dated: 2001-01-01"));
    const outcome = await dars(root, ["run", "pipelines/hes-monthly.yaml", "--as-at", asAt]);
    await writeFile(file, text);
    expect(outcome.exit).toBe(4);
    expect(outcome.stderr).toContain("code: agreement/opt-outs-old");
  });
});

describe("A missing input", () => {
  it("ends with 8 where the store holds no release, each data set named", async () => {
    const outcome = await dars(empty, ["run", "pipelines/identify-hes.yaml"]);
    expect(outcome.exit).toBe(8);
    for (const dataSet of ["hes_apc", "hes_op", "hes_ae"]) expect(outcome.stderr).toContain(dataSet);
    expect(outcome.stderr).toContain("code: run/no-release");
  });

  it("ends with 8 where no ledger was written", async () => {
    await rm(join(root, "links/hes"), { recursive: true });
    const outcome = await dars(root, ["run", "pipelines/hes-monthly.yaml", "--as-at", asAt]);
    expect(outcome.exit).toBe(8);
    expect(outcome.stderr).toContain("code: run/no-ledger");
  });

  it.each([
    ["a pipeline", ["run", "pipelines/none.yaml"]],
    ["a supplier file", ["ingest", "landing/none.txt"]],
    ["a run", ["runs", "show", "none"]],
  ])("ends with 8 for %s that does not exist", async (_what, args) => {
    expect((await dars(root, args)).exit).toBe(8);
  });

  it("ends with 8 where the opt-out list is gone, and says where it is named", async () => {
    await rm(join(root, "agreements/opt-outs.dat"));
    const outcome = await dars(root, ["run", "pipelines/hes-monthly.yaml", "--as-at", asAt]);
    expect(outcome.exit).toBe(8);
    expect(outcome.stderr).toContain("opt-outs.dat");
  });
});

it("A refused supplier file ends with 3 and leaves the store as it was", async () => {
  await mkdir(join(empty, "landing"), { recursive: true });
  await writeFile(join(empty, "landing/HES_APC_202399.txt"), "EPIKEY|NONSENSE\n1|2\n");
  const outcome = await dars(empty, ["ingest", "landing/HES_APC_202399.txt"]);
  expect(outcome.exit).toBe(3);
  expect(outcome.stderr).toContain("code: ingest/wrong-header");
  expect(await readdir(join(empty, "store"))).toEqual([]);
});

describe("A lock", () => {
  it("that a living process holds ends a run and an ingest with 5; one of a dead process is taken over", async () => {
    const holder = { pid: process.pid, host: hostname(), since: "2024-01-01T00:00:00Z", started: null };
    await writeFile(join(empty, "runs/lock"), JSON.stringify(holder));
    for (const args of [
      ["run", "pipelines/identify-hes.yaml"],
      ["ingest", "landing/HES_APC_202399.txt"],
    ]) {
      const outcome = await dars(empty, args);
      expect(outcome.exit).toBe(5);
      expect(outcome.stderr).toContain(`process ${process.pid} `);
    }
    await writeFile(join(empty, "runs/lock"), JSON.stringify({ ...holder, pid: 2 ** 22 + 1 }));
    expect((await dars(empty, ["run", "pipelines/identify-hes.yaml"])).exit).toBe(8);
  });
});

describe("Verify", () => {
  const bag = "deliveries/heart-attacks/0001";
  const data = "data/extract/HES_APC_2023_24.csv";

  it("ends with 9 and names the file that was changed, is too much, or is missing", async () => {
    expect((await dars(root, ["verify", bag])).exit).toBe(0);

    const csv = join(root, bag, data);
    const bytes = await readFile(csv);
    const flipped = Buffer.from(bytes);
    flipped[bytes.length - 3] = (flipped[bytes.length - 3] ?? 0) ^ 1;
    await writeFile(csv, flipped);
    await expectBroken(data, "delivery/changed");
    await writeFile(csv, bytes);

    await appendFile(join(root, bag, "data/extra.txt"), "x");
    await expectBroken("data/extra.txt", "delivery/unlisted");
    await rm(join(root, bag, "data/extra.txt"));

    await rm(csv);
    await expectBroken(data, "delivery/missing");
  });

  async function expectBroken(file: string, code: string): Promise<void> {
    const outcome = await dars(root, ["verify", bag]);
    expect(outcome.exit).toBe(9);
    expect(outcome.stderr).toContain(file);
    expect(outcome.stderr).toContain(`code: ${code}`);
  }
});
