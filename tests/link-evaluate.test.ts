import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { beforeAll, describe, expect, it } from "vitest";
import type { LinkageEvaluation } from "../src/engine/evaluate-linkage.ts";
import { dars, darsJson, mustEnd } from "./dars.ts";
import { qualityOfClusters } from "./linked-files.ts";
import { writeCensusAndSurvey } from "./made-up-people.ts";

let folder: string;

const csv = (name: string) => `read_csv('${join(folder, name)}', all_varchar = true)`;

async function query(text: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const rows = (await connection.runAndReadAll(text)).getRows();
  connection.closeSync();
  instance.closeSync();
  return rows;
}

/** Every scored pair with its true label, and all true pairs. */
const judged = () => `SELECT k.*, a.person_id = b.person_id AS is_match
FROM read_parquet('${join(folder, "out/links.parquet")}') AS k
JOIN ${csv("census.csv")} AS a ON a.rid = k.id_l JOIN ${csv("Survey 2021.csv")} AS b ON b.case_no = k.id_r`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dars-evaluate-"));
  await writeCensusAndSurvey(folder, 300);
  const files = ["census.csv", "Survey 2021.csv", "--id", "census.csv=rid", "--id", "case_no"];
  const { stdout } = mustEnd(await dars(folder, ["link", "suggest", ...files, "--ignore", "person_id"]), 0);
  await writeFile(join(folder, "linkage.yaml"), `${stdout}    keep: scored\n`);
  mustEnd(await dars(folder, ["link", "run", "linkage.yaml", "--out", "out"]), 0);
});

const evaluate = (...args: string[]) =>
  darsJson<LinkageEvaluation>(folder, ["link", "evaluate", "out", ...args]);

describe("dars link evaluate", () => {
  it("counts clusters, links and blocking against a column that names the true person", async () => {
    const found = await evaluate("--truth", "person_id");
    const slow = await qualityOfClusters(join(folder, "out"), {
      census: { source: csv("census.csv"), id: "rid", person: "person_id" },
      survey_2021: { source: csv("Survey 2021.csv"), id: "case_no", person: "person_id" },
    });
    expect(found.clusters).toEqual(slow.pairs);
    expect(found.bCubed?.records).toBe(500);
    for (const key of ["precision", "recall", "f1"] as const) {
      expect(found.bCubed?.[key]).toBeCloseTo(slow.bCubed[key] as number, 12);
    }
    const [[pairs, right] = []] = await query(
      `SELECT count(*), count(*) FILTER (is_match) FROM (${judged()}) WHERE match_weight >= 4`,
    );
    const at = found.curve.find(({ bits }) => bits === 4) ?? found.curve.findLast(({ bits }) => bits > 4);
    expect(at?.pairs).toBe(Number(pairs));
    expect(at?.precision).toBe(Number(right) / Number(pairs));
    expect(at?.recall).toBe(Number(right) / 200);
    expect(found.blocking?.wanted).toBe(200);
    const [[scored] = []] = await query(`SELECT count(*) FROM (${judged()}) WHERE is_match`);
    expect(found.blocking?.reached).toBeGreaterThanOrEqual(Number(scored));
  });

  it("counts the same of labelled pairs, whichever way round they stand", async () => {
    const labels = join(folder, "labels.csv");
    await query(`COPY (SELECT CASE WHEN even THEN source_r ELSE source_l END AS source_l,
  CASE WHEN even THEN id_r ELSE id_l END AS id_l, CASE WHEN even THEN source_l ELSE source_r END AS source_r,
  CASE WHEN even THEN id_l ELSE id_r END AS id_r, CAST(is_match AS INTEGER) AS label
FROM (SELECT *, row_number() OVER () % 2 = 0 AS even FROM (${judged()}))) TO '${labels}' (HEADER)`);
    const byTruth = await evaluate("--truth", "person_id");
    const { curve, clusters, blocking, bCubed } = await evaluate("--labels", "labels.csv");
    expect(bCubed).toBeUndefined();
    expect(clusters?.right).toBe(byTruth.clusters?.right);
    expect(curve.map(({ bits, pairs, precision }) => [bits, pairs, precision])).toEqual(
      byTruth.curve.map(({ bits, pairs, precision }) => [bits, pairs, precision]),
    );
    expect(blocking?.recall).toBe(1);
  });

  it("tells without a truth what the model expects, in 80 columns", async () => {
    const { stdout } = mustEnd(await dars(folder, ["link", "evaluate", "out"]), 0);
    expect(stdout).toMatch(/model expects \d+ matches/);
    const full = mustEnd(await dars(folder, ["link", "evaluate", "out", "--truth", "person_id"]), 0).stdout;
    expect(`${stdout}\n${full}`.split("\n").filter((line) => line.length > 80)).toEqual([]);
    const { expected } = await evaluate();
    const [[links, wrong] = []] = await query(
      `SELECT count(*), sum(1 - match_probability) FROM (${judged()}) AS k JOIN read_parquet('${join(folder, "out/clusters.parquet")}') AS a ON a.id = k.id_l AND a.source = k.source_l JOIN read_parquet('${join(folder, "out/clusters.parquet")}') AS b ON b.id = k.id_r AND b.source = k.source_r WHERE a.cluster_id = b.cluster_id`,
    );
    expect(expected.links).toBe(Number(links));
    expect(expected.wrong).toBeCloseTo(Number(wrong), 9);
  });

  it("refuses a folder without results, a column that no source has, and labels that are none", async () => {
    const told = async (...args: string[]) => {
      const { exit, stderr } = await dars(folder, ["link", "evaluate", ...args]);
      return `exit ${exit} ${stderr}`;
    };
    expect(await told("nothing")).toContain("link/no-results");
    expect(await told("out", "--truth", "person")).toMatch(/^exit 2 .*there is no column "person"/);
    expect(await told("out", "--truth", "person_id", "--labels", "labels.csv")).toMatch(/^exit 2/);
    await writeFile(
      join(folder, "wrong.csv"),
      "source_l,id_l,source_r,id_r,label\ncensus,c1,census,c2,yes\n",
    );
    const wrong = await told("out", "--labels", "wrong.csv");
    expect(wrong).toContain("1 labels are no number from 0 to 1");
    await writeFile(join(folder, "other.csv"), "id_l,id_r,label\nc1,c2,1\n");
    expect(await told("out", "--labels", "other.csv")).toContain('there is no column "source_l"');
  });
});
