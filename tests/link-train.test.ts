import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { beforeAll, describe, expect, it } from "vitest";
import type { TrainedModel } from "../src/model/linkage/train/trained-model.ts";
import { dars, mustEnd } from "./dars.ts";
import { writeCensusAndSurvey } from "./made-up-people.ts";

let folder: string;

const linkage = (training: string) => `version: 1
pipeline: linkage
title: Census and survey
steps:
  - id: link
    kind: match
    sources:
      census: { file: census.csv, id: rid }
      survey:
        file: Survey 2021.csv
        id: case_no
        delimiter: ;
        columns: { PERNAME1: forename, PERNAME2: lastname, ENUMPC: Post code }
    comparisons:
      - comparison: forename
        levels:
          - exact: PERNAME1
          - { levenshtein: PERNAME1, at_most: 1 }
      - comparison: surname
        levels:
          - exact: PERNAME2
          - { levenshtein: PERNAME2, at_most: 1, m: 0.25 }
      - comparison: postcode
        levels:
          - exact: ENUMPC
    blocking:
      - [PERNAME1, PERNAME2]
      - [ENUMPC]
    training: ${training}
`;

async function query(text: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const rows = (await connection.runAndReadAll(text)).getRows();
  connection.closeSync();
  instance.closeSync();
  return rows;
}

const csv = (name: string) => `read_csv('${join(folder, name)}', all_varchar = true)`;
const truePairs = () => `${csv("census.csv")} AS a JOIN ${csv("Survey 2021.csv")} AS b USING (person_id)`;

async function train(name: string, training: string) {
  await writeFile(join(folder, `${name}.yaml`), linkage(training).replace("Post code", "'\"Post code\"'"));
  return await dars(folder, ["link", "train", `${name}.yaml`, "--out", name]);
}

async function trained(name: string, training: string): Promise<TrainedModel> {
  mustEnd(await train(name, training), 0);
  return JSON.parse(await readFile(join(folder, name, "model.json"), "utf8")) as TrainedModel;
}

const numbers = ({ comparisons }: TrainedModel) =>
  comparisons.map(({ levels, else: rest }) => [...levels, rest].map((its) => its?.m as number));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dars-train-"));
  await writeCensusAndSurvey(folder, 300);
});

describe("dars link train", () => {
  it("learns by rules, tells each session, and writes the model alone", async () => {
    const { stdout, stderr } = mustEnd(await train("rules", "{ rules: [[PERNAME2], [ENUMPC]] }"), 0);
    expect(stderr).toMatch(/model, PERNAME2: [\d,]+ pairs, \d+ iterations/);
    expect(stdout).toMatch(/^ENUMPC +[\d,]+ +\d+ +yes$/m);
    expect((await readdir(join(folder, "rules"))).sort()).toEqual([".dars", "model.json"]);
  });

  it("learns m from the pairs of one true person", async () => {
    const model = await trained("truth", "{ truth: person_id }");
    const [[pairs, same, near, postcode] = []] = (await query(
      `SELECT count(*), count(*) FILTER (PERNAME1 = forename), count(*) FILTER (levenshtein(PERNAME1, forename) = 1), count(*) FILTER (ENUMPC = "Post code") FROM ${truePairs()}`,
    )) as bigint[][];
    const share = (n: bigint | undefined) => Number(n) / Number(pairs);
    const [forename = [], surname = [], post = []] = numbers(model);
    expect(Number(near)).toBeGreaterThan(0);
    expect(forename[0]).toBeCloseTo(share(same), 2);
    expect(forename[1]).toBeCloseTo(share(near), 2);
    expect(post[0]).toBeCloseTo(share(postcode), 2);
    expect(surname[1]).toBe(0.25);
    for (const its of [forename, surname, post]) {
      expect(its.reduce((sum, m) => sum + m, 0)).toBeCloseTo(1, 9);
    }
  });

  it("learns the same from those pairs as labels, and nothing from labels of 0", async () => {
    await query(
      `COPY (SELECT 'survey' AS source_l, case_no AS id_l, 'census' AS source_r, rid AS id_r, 1 AS label FROM ${truePairs()}
UNION ALL SELECT 'census', 'c1', 'survey', case_no, 0 FROM ${csv("Survey 2021.csv")} WHERE person_id <> 'p1'
UNION ALL SELECT 'elsewhere', 'c1', 'survey', '9001', 1) TO '${join(folder, "labels.csv")}' (HEADER)`,
    );
    const [byLabels, byTruth] = [
      await trained("labels", "{ labels: { file: labels.csv } }"),
      await trained("truth", "{ truth: person_id }"),
    ];
    expect(numbers(byLabels)).toEqual(numbers(byTruth));
  });

  it("refuses, with the place, to learn from nothing, from two things, or from what is not there", async () => {
    const told = async (training: string) => {
      const { exit, stderr } = await train("wrong", training);
      return `exit ${exit} ${stderr}`;
    };
    expect(await told("{ pairs: 5000 }")).toMatch(/^exit 2 wrong\.yaml:\d+:15 [\s\S]*link\/one-teacher/);
    expect(await told("{ truth: person_id, rules: [[ENUMPC]] }")).toContain("link/one-teacher");
    expect(await told("{ truth: person_id, like: splink }")).toContain("learning like Splink takes rules");
    expect(await told("{ truth: persn_id }")).toMatch(/no column "persn_id" \(did you mean "person_id"\?\)/);
    expect(await told("{ labels: { file: nothing.csv } }")).toContain("no such file: nothing.csv");
    expect(await told("{ labels: { file: census.csv } }")).toMatch(
      /wrong\.yaml:\d+:\d+ .*no column "source_l"/,
    );
    await writeFile(join(folder, "bad.csv"), "source_l,id_l,source_r,id_r,label\ncensus,c1,survey,9001,2\n");
    expect(await told("{ labels: { file: bad.csv } }")).toContain("link/bad-labels");
    await writeFile(join(folder, "none.csv"), "source_l,id_l,source_r,id_r,label\na,c1,b,9001,1\n");
    expect(await told("{ labels: { file: none.csv } }")).toContain("link/no-matches");
  });
});
