import { copyFile, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { dars, mustEnd } from "./dars.ts";
import { writeCensusAndSurvey } from "./made-up-people.ts";

let folder: string;
let suggested: string;

const isTraining = /^ {4}(comparisons|training):\n(?: {6}.*\n)+/gm;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dars-model-"));
  await writeCensusAndSurvey(folder, 300);
  const files = ["census.csv", "Survey 2021.csv", "--id", "census.csv=rid", "--id", "case_no"];
  suggested = mustEnd(await dars(folder, ["link", "suggest", ...files]), 0).stdout;
  await writeFile(join(folder, "linkage.yaml"), suggested);
  mustEnd(await dars(folder, ["link", "run", "linkage.yaml", "--out", "out"]), 0);
  await copyFile(join(folder, "out/model.json"), join(folder, "model.json"));
});

/** The suggestion with a model's file in place of comparisons and training. */
function withModel(file: string): string {
  return `${suggested.replaceAll(isTraining, "")}    model: ${file}\n`;
}

async function linkedBy(yaml: string, name: string) {
  await writeFile(join(folder, `${name}.yaml`), yaml);
  return await dars(folder, ["link", "run", `${name}.yaml`, "--out", name]);
}

describe("a trained model's file", () => {
  it("links as the run that trained it, to the last byte, and comes out as it went in", async () => {
    mustEnd(await linkedBy(withModel("model.json"), "again"), 0);
    for (const file of ["links.parquet", "clusters.parquet", "model.json"]) {
      const [first, second] = [join(folder, "out", file), join(folder, "again", file)];
      expect((await readFile(second)).equals(await readFile(first)), file).toBe(true);
    }
  });

  it("is refused with its place where it is cut off, of another version, or no model", async () => {
    const text = await readFile(join(folder, "model.json"), "utf8");
    const told = async (name: string, broken: string) => {
      await writeFile(join(folder, `${name}.json`), broken);
      const { exit, stderr } = await linkedBy(withModel(`${name}.json`), name);
      return `exit ${exit}\n${stderr}`;
    };
    expect(await told("cut", text.slice(0, text.indexOf('"comparisons"') + 30))).toMatch(
      /^exit 2\ncut\.json:\d+:\d+ {2}the file is no whole JSON.*\n {2}fix: .*\n {2}code: link\/broken-model\n$/,
    );
    expect(await told("newer", text.replace('"version": 1', '"version": 2'))).toContain(
      "link/other-model-version",
    );
    expect(await told("splink", '{"link_type": "dedupe_only"}')).toMatch(/link import[\s\S]*link\/no-model/);
    const bare = text.replace(/"m": [\d.]+,/, "");
    expect(await told("bare", bare)).toMatch(/^exit 2\nbare\.json:\d+:\d+ .*needs its m and u/);
  });

  it("is refused where the files lack a column that it looks at", async () => {
    const text = await readFile(join(folder, "model.json"), "utf8");
    await writeFile(join(folder, "other.json"), text.replaceAll(/\bPERNAME1\b/g, "given_names"));
    const { exit, stderr } = await linkedBy(withModel("other.json"), "other");
    expect(exit).toBe(2);
    expect(stderr).toMatch(/^other\.yaml:\d+:12 {2}the source "census" has no column "given_names"/);
    expect(stderr).toContain("link/unknown-column");
  });

  it("is refused where it is absent, or stands beside what it already says", async () => {
    const absent = await linkedBy(withModel("nothing.json"), "absent");
    expect(absent.exit).toBe(8);
    expect(absent.stderr).toMatch(/^absent\.yaml:\d+:12 {2}cannot be read: no such file: nothing\.json/);
    const { exit, stderr } = await linkedBy(`${suggested}    model: model.json\n`, "both");
    expect(exit).toBe(2);
    expect(stderr.match(/both\.yaml:\d+:\d+ {2}"(comparisons|training)" stands beside/g)).toHaveLength(2);
    const neither = await linkedBy(suggested.replaceAll(isTraining, ""), "neither");
    expect(neither.stderr).toContain('key "comparisons" is missing');
  });
});
