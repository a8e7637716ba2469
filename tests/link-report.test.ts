import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { beforeAll, describe, expect, it } from "vitest";
import type { LinkageReport } from "../src/model/linkage/evaluate/report.ts";
import { dars, mustEnd } from "./dars.ts";
import { writeCensusAndSurvey } from "./made-up-people.ts";

let folder: string;
let report: LinkageReport;
let page: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dars-report-"));
  await writeCensusAndSurvey(folder);
  const files = ["census.csv", "Survey 2021.csv"];
  const ids = ["--id", "census.csv=rid", "--id", "case_no"];
  const { stdout } = mustEnd(await dars(folder, ["link", "suggest", ...files, ...ids]), 0);
  await writeFile(join(folder, "linkage.yaml"), `${stdout}    report: { by: ["area(ENUMPC)"] }\n`);
  mustEnd(await dars(folder, ["link", "run", "linkage.yaml", "--out", "out"]), 0);
  report = JSON.parse(await readFile(join(folder, "out", "report.json"), "utf8")) as LinkageReport;
  page = await readFile(join(folder, "out", "report.html"), "utf8");
});

async function one(query: string): Promise<Record<string, unknown>> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(query);
  const [row = {}] = reader.getRowObjects();
  connection.closeSync();
  instance.closeSync();
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, Number(value)]));
}

const results = (file: string) => `read_parquet('${join(folder, "out", file)}')`;

describe("report.json", () => {
  it("counts records, links and clusters as the results have them", async () => {
    const links = await one(`SELECT count(*) AS n FROM ${results("links.parquet")}`);
    expect(report.flow.links).toBe(links["n"]);
    const clusters = await one(
      `SELECT count(*) AS clusters, sum(n) AS records, max(n) AS largest FROM (SELECT count(*) AS n FROM ${results("clusters.parquet")} GROUP BY cluster_id) AS c`,
    );
    const bands = report.flow.clusters;
    expect(bands.reduce((sum, band) => sum + band.clusters, 0)).toBe(clusters["clusters"]);
    expect(bands.reduce((sum, band) => sum + band.records, 0)).toBe(clusters["records"]);
    expect(report.flow.largestCluster).toBe(clusters["largest"]);
    const linked = await one(
      `SELECT count(DISTINCT id_l) AS census, count(DISTINCT id_r) AS survey FROM ${results("links.parquet")}`,
    );
    expect(report.flow.sources).toEqual([
      { source: "census", records: 1500, linked: linked["census"] },
      { source: "survey_2021", records: 1000, linked: linked["survey"] },
    ]);
    expect(report.flow.possiblePairs).toBe(1500 * 1000);
  });

  it("counts every scored pair once in the histogram, and every rule's pairs once in what is new", () => {
    const { counts, below, above } = report.weights.histogram;
    expect(counts.reduce((sum, n) => sum + n, below + above)).toBe(report.flow.scoredPairs);
    const fresh = report.flow.rules.reduce((sum, rule) => sum + rule.fresh, 0);
    expect(report.flow.rules.at(-1)?.cumulative).toBe(fresh);
    expect(fresh).toBeGreaterThanOrEqual(report.flow.scoredPairs);
  });

  it("expects as many false links as the probabilities of the links say", async () => {
    const { n } = await one(`SELECT sum(1 - match_probability) AS n FROM ${results("links.parquet")}`);
    expect(report.errors.links.expectedFalse).toBeCloseTo(n as number, 6);
  });

  it("tells how complete columns are, and who is linked, by groups of the column that is named", () => {
    const birth = report.completeness.find(({ column }) => column === "date_of_birth");
    expect(birth?.sources.map(({ records, present }) => [records, present])).toEqual([
      [1500, 1500],
      [1000, 1000],
    ]);
    const [groups] = report.subgroups;
    const census = groups?.sources[0]?.groups ?? [];
    expect(census.map(({ value }) => value).sort()).toEqual(["BD", "HX", "LS"]);
    expect(census.reduce((sum, { records }) => sum + records, 0)).toBe(1500);
  });
});

describe("report.html", () => {
  it("has every section, and fetches and runs nothing", () => {
    const keys = Object.keys(report).filter((key) => !["format", "specification", "warnings"].includes(key));
    expect(keys).toHaveLength(13);
    for (const key of keys) expect(page).toContain(`<section id="${key}">`);
    expect(page).not.toMatch(/<script|<link|src=|https?:|url\(/);
  });

  it("shows no value of a record but those of the groups that are asked for", async () => {
    const text = page.replaceAll(/<style>[\s\S]*<\/style>/g, "");
    const census = await readFile(join(folder, "census.csv"), "utf8");
    const cells = census
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.split(","));
    const telling = new Set(
      cells.flatMap(([id, , last, , , , postcode]) => [id ?? "", last ?? "", postcode ?? ""]),
    );
    for (const value of telling) expect(text).not.toMatch(new RegExp(`\\b${value}\\b`));
  });
});
