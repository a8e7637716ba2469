import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { dars, darsJson, mustEnd, scratch } from "./dars.ts";
import { writeCensusAndSurvey } from "./made-up-people.ts";

interface Explained {
  readonly steps: readonly { readonly facts: { readonly plan: string }; readonly told: readonly string[] }[];
}

it("explain says which plan scores the pairs and why, with the pairs that the last run counted", async () => {
  const root = await scratch("explain-plan");
  mustEnd(await dars(root, ["init", "."]), 0);
  await writeCensusAndSurvey(root, 200);
  const files = ["census.csv", "Survey 2021.csv", "--id", "census.csv=rid", "--id", "case_no"];
  const { stdout } = mustEnd(await dars(root, ["link", "suggest", ...files]), 0);
  await writeFile(join(root, "linkage.yaml"), stdout);

  const before = await darsJson<Explained>(root, ["explain", "linkage.yaml"]);
  expect(before.steps[0]?.facts.plan).toMatch(/^kernel, chosen: /);
  expect(before.steps[0]?.told).toEqual([]);

  mustEnd(await dars(root, ["run", "linkage.yaml"]), 0);
  const after = await darsJson<Explained>(root, ["explain", "linkage.yaml"]);
  const counted = after.steps[0]?.told.filter((what) => what.startsWith("kernel: ")) ?? [];
  expect(counted).toEqual([expect.stringMatching(/^kernel: [\d,]+ pairs of [\d,]+ records, one part/)]);
  const text = (await dars(root, ["explain", "linkage.yaml"])).stdout;
  expect(text).toContain(`--   last_run:\n`);
  expect(text).toContain(counted[0]);

  const plain = await darsJson<Explained>(root, ["explain", "linkage.yaml", "--plan", "plain"]);
  expect(plain.steps[0]?.facts.plan).toMatch(/^plain, as asked: /);
});
