import { cp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dars, mustEnd, scratch } from "./dars.ts";
import { digestsBelow, query } from "./files.ts";
import { editFile, makeWorkspace, pipelines, removeWorkspace, runPipeline } from "./workspace.ts";

const england = { people: 1200, seed: 7 };

/** One of two workspaces of the same England: one thread and files by name, eight threads and files shuffled. */
let [plain, other] = ["", ""];

const shuffled = (files: readonly string[]) =>
  files
    .map((file, i) => [(i * 7919 + 13) % 101, file] as const)
    .sort(([a], [b]) => a - b)
    .map(([, file]) => file);

beforeAll(async () => {
  plain = await scratch("plain");
  await makeWorkspace(plain, england);
  await editFile(join(plain, "dars.yaml"), (text) => text.replace("threads: 2", "threads: 1"));
  for (const name of pipelines) mustEnd(await runPipeline(plain, name), 0);

  other = await scratch("other");
  await makeWorkspace(other, { ...england, order: shuffled });
  await editFile(join(other, "dars.yaml"), (text) => text.replace("threads: 2", "threads: 8"));
  await rm(join(other, "keys"), { recursive: true });
  await cp(join(plain, "keys"), join(other, "keys"), { recursive: true });
  for (const name of pipelines) mustEnd(await runPipeline(other, name), 0);
});

afterAll(async () => {
  for (const root of [plain, other]) await removeWorkspace(root);
});

describe("The same England, made and delivered twice", () => {
  it("has the same supplier files, truth and opt-outs; another seed has others", async () => {
    const landing = await digestsBelow(plain, "landing");
    expect(Object.keys(landing).length).toBeGreaterThan(35);
    expect(await digestsBelow(other, "landing")).toEqual(landing);
    const third = await scratch("third");
    mustEnd(await dars(third, ["synth", "--people", "1200", "--seed", "8", "--out", "landing"]), 0);
    const changed = await digestsBelow(third, "landing");
    expect(Object.keys(changed)).toEqual(Object.keys(landing));
    expect(changed["landing/HES_APC_202399.txt"]).not.toBe(landing["landing/HES_APC_202399.txt"]);
    await removeWorkspace(third);
  });

  it("was taken in in another order, so that its releases have other numbers", async () => {
    const name = "store/content/hes_apc/000004/part.parquet";
    expect(await digestsBelow(other, "store/content")).not.toHaveProperty([name]);
  });

  it.each(pipelines.slice(1))("delivers the same bytes of %s, with 1 thread and 8", async (name) => {
    const bag = `deliveries/${name}/0001`;
    const digests = await digestsBelow(plain, bag);
    const others = await digestsBelow(other, bag);
    expect(Object.keys(digests).filter((path) => path.includes("/data/extract/")).length).toBeGreaterThan(0);
    expect(Object.keys(others)).toEqual(Object.keys(digests));
    // The manifest says which releases a table comes from, and the bag holds the manifest's hash and size.
    const differing = ["bag-info.txt", "data/manifest.json", "manifest-sha256.txt", "tagmanifest-sha256.txt"];
    expect(Object.keys(digests).filter((path) => others[path] !== digests[path])).toEqual(
      differing.map((file) => `${bag}/${file}`),
    );
    const manifests = await Promise.all(
      [plain, other].map((root) => readFile(join(root, bag, "data/manifest.json"), "utf8")),
    );
    const [first, second] = manifests.map((text) => text.replaceAll(/^ {8,}"number": \d+/gm, ""));
    expect(second).toBe(first);
  });

  it("has the same persons under the same ids", async () => {
    const persons = async (root: string) => {
      const parts = [
        ["hes_apc", "EPIKEY"],
        ["hes_op", "ATTENDKEY"],
        ["hes_ae", "AEKEY"],
      ].map(
        ([id, key]) => `SELECT '${id}' AS data_set, i.${key} AS key, p.person_id
          FROM read_parquet('${root}/links/hes/0001/persons/${id}.parquet') AS p
          JOIN read_parquet('${root}/store/identity/${id}/*/part.parquet') AS i USING (record_id)`,
      );
      return await query(`SELECT * FROM (${parts.join(" UNION ALL ")}) ORDER BY data_set, key`);
    };
    const found = await persons(plain);
    expect(found.length).toBeGreaterThan(1000);
    expect(await persons(other)).toEqual(found);
  });
});
