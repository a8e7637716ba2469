import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { beforeAll, describe, expect, it } from "vitest";
import type { ExplainedPair } from "../src/engine/explain-pair.ts";
import { decimalOf } from "../src/model/linkage/weights.ts";
import { dars, darsJson, mustEnd } from "./dars.ts";
import { writeCensusAndSurvey } from "./made-up-people.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dars-explain-"));
  await writeCensusAndSurvey(folder, 300);
  const files = ["census.csv", "Survey 2021.csv", "--id", "census.csv=rid", "--id", "case_no"];
  const { stdout } = mustEnd(await dars(folder, ["link", "suggest", ...files, "--ignore", "person_id"]), 0);
  await writeFile(join(folder, "linkage.yaml"), `${stdout}    keep: scored\n`);
  mustEnd(await dars(folder, ["link", "run", "linkage.yaml", "--out", "out"]), 0);
});

/** Some scored pairs: ids and the weight's text. */
async function links(): Promise<string[][]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const path = join(folder, "out/links.parquet");
  const reader = await connection.runAndReadAll(
    `SELECT source_l || ':' || id_l, source_r || ':' || id_r, CAST(match_weight AS VARCHAR) FROM read_parquet('${path}') ORDER BY hash(id_l, id_r) LIMIT 4`,
  );
  const rows = reader.getRows() as string[][];
  connection.closeSync();
  instance.closeSync();
  return rows;
}

const from = ["--from", "out"];

describe("dars link explain", () => {
  it("adds up to the weight that the run gave, with what each comparison says", async () => {
    for (const [a = "", b = "", weight] of await links()) {
      const { score, rules, values } = await darsJson<ExplainedPair>(folder, [
        ...["link", "explain", "linkage.yaml", a, b, ...from],
      ]);
      expect(decimalOf(score.units)).toBe(weight);
      const parts = score.comparisons.reduce((sum, its) => sum + its.weight + its.frequency, score.prior);
      expect(parts).toBeCloseTo(score.weight, 9);
      expect(rules.length).toBeGreaterThan(0);
      const texts = values.flat().flatMap((its) => its.values);
      expect(texts.filter((text) => /[0-8a-wyzA-WYZ]/.test(text ?? ""))).toEqual([]);
    }
  });

  it("shows shapes in place of values, and values only when asked", async () => {
    const [[a = "", b = ""] = []] = await links();
    const hidden = mustEnd(await dars(folder, ["link", "explain", "linkage.yaml", a, b, ...from]), 0);
    const shown = mustEnd(
      await dars(folder, ["link", "explain", "linkage.yaml", a, b, ...from, "--show-values"]),
      0,
    );
    expect(hidden.stdout).toContain("9999-99-99");
    expect(shown.stdout).toMatch(/(19|20)\d\d-\d\d-\d\d/);
    expect(hidden.stdout).not.toMatch(/(19|20)\d\d-\d\d-\d\d/);
    expect(hidden.stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect(hidden.stdout).toContain("Match weight");
  });

  it("tells what is missing: a trained model, a record, a source", async () => {
    const told = async (...args: string[]) => {
      const { exit, stderr } = await dars(folder, ["link", "explain", "linkage.yaml", ...args]);
      return `exit ${exit} ${stderr}`;
    };
    expect(await told("census:c1", "survey_2021:9001")).toMatch(
      /^exit 2 linkage\.yaml {2}.*not known yet[\s\S]*--from/,
    );
    expect(await told("c1", "survey_2021:9001", ...from)).toContain("write census:ID or survey_2021:ID");
    const absent = await told("census:nobody", "survey_2021:9001", ...from);
    expect(absent).toContain("link/no-record");
    expect(absent).not.toContain("nobody");
    expect(await told("census:c1", "survey_2021:9001", "--model", "linkage.yaml")).toContain(
      "link/broken-model",
    );
  });
});
