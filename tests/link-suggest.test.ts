import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { dars, mustEnd } from "./dars.ts";
import { qualityOfClusters } from "./linked-files.ts";
import { writeCensusAndSurvey } from "./made-up-people.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dars-suggest-"));
  await writeCensusAndSurvey(folder);
});

describe("dars link suggest", () => {
  it("links two files whose columns have other names, dates and signs, and does not look at the truth", async () => {
    const { stdout } = mustEnd(
      await dars(folder, [
        ...["link", "suggest", "census.csv", "Survey 2021.csv"],
        ...["--id", "census.csv=rid", "--id", "case_no"],
      ]),
      0,
    );
    expect(stdout).not.toContain("person_id");
    await writeFile(join(folder, "linkage.yaml"), stdout);
    mustEnd(await dars(folder, ["link", "run", "linkage.yaml", "--out", "out"]), 0);
    const csv = (name: string) => `read_csv('${join(folder, name)}', all_varchar = true)`;
    const found = await qualityOfClusters(join(folder, "out"), {
      census: { source: csv("census.csv"), id: "rid", person: "person_id" },
      survey_2021: { source: csv("Survey 2021.csv"), id: "case_no", person: "person_id" },
    });
    expect(found.pairs.wanted).toBe(1000);
    expect(found.pairs.f1).toBeGreaterThan(0.98);
  });

  it("proposes clusters for one file", async () => {
    const { stdout } = mustEnd(await dars(folder, ["link", "suggest", "census.csv", "--id", "rid"]), 0);
    expect(stdout).toContain("links: clusters");
    expect(stdout).not.toContain("compare:");
  });

  it("refuses an id that is no column, a file that is not there, and a file without an id", async () => {
    const wrong = await dars(folder, ["link", "suggest", "census.csv", "--id", "ridd"]);
    expect(wrong.exit).not.toBe(0);
    expect(wrong.stderr).toMatch(/rid/);
    const absent = await dars(folder, ["link", "suggest", "nothing.csv", "--id", "rid"]);
    expect(absent.exit).not.toBe(0);
    expect(absent.stderr).toContain("nothing.csv");
    const open = await dars(folder, [
      "link",
      "suggest",
      "census.csv",
      "Survey 2021.csv",
      "--id",
      "census.csv=rid",
    ]);
    expect(open.exit).toBe(2);
    expect(open.stderr).toContain("--id");
  });

  it("refuses a file of which nothing can be compared", async () => {
    await writeFile(join(folder, "numbers.csv"), "key,record\n1,2\n2,2\n");
    const { exit, stderr } = await dars(folder, ["link", "suggest", "numbers.csv", "--id", "key"]);
    expect(exit).not.toBe(0);
    expect(stderr).toContain("link/nothing-to-compare");
  });
});
