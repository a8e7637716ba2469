import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { verifyDelivery } from "../verify.ts";
import { filesBelow } from "./bagit.ts";
import { TestBench, type TestCase, testAgreement } from "./delivery-testing.ts";

const run = promisify(execFile);

const columns = [
  { name: "record_id", type: "bigint" },
  { name: "EPIKEY", type: "varchar" },
  { name: "AEKEY", type: "varchar" },
  { name: "SEX", type: "varchar" },
  { name: "STARTAGE", type: "integer" },
  { name: "EPISTART", type: "date" },
  { name: "DIAG_4_01", type: "varchar" },
  { name: "SITETRET", type: "varchar" },
] as const;

/** Forty persons with three episodes each; some values are what breaks a careless CSV. */
function episodes(change = ""): string {
  return `SELECT 4294967296 + range AS record_id, CAST(500000000000 + range AS VARCHAR) AS EPIKEY,
    CASE WHEN range % 4 = 0 THEN CAST(900000000000 + range AS VARCHAR) END AS AEKEY,
    CASE range % 5 WHEN 0 THEN '9' WHEN 1 THEN '1' ELSE '2' END AS SEX,
    CAST(range % 100 AS INTEGER) AS STARTAGE, DATE '2023-04-01' + CAST(range AS INTEGER) AS EPISTART,
    CASE WHEN range % 3 = 0 THEN 'I219' ELSE 'J449' END AS DIAG_4_01,
    CASE range % 4 WHEN 0 THEN '=1+1' WHEN 1 THEN 'a|b,c' WHEN 2 THEN 'say "hi"' ELSE 'two' || chr(10) || 'lines' END AS SITETRET
    FROM range(120) ${change}`;
}

const persons = {
  query:
    "SELECT 4294967296 + range AS record_id, 1000 + range // 3 AS person_id, 1 AS match_pass, CASE WHEN range >= 117 THEN 'one-time' ELSE 'nhs' END AS id_type FROM range(120)",
  columns: [
    { name: "record_id", type: "bigint" },
    { name: "person_id", type: "bigint" },
    { name: "match_pass", type: "integer" },
    { name: "id_type", type: "varchar" },
  ],
} as const;

const agreement = testAgreement({
  data: [
    {
      dataset: "hes_apc",
      years: ["2023/24"],
      fields: ["EPIKEY", "AEKEY", "SEX", "STARTAGE", "EPISTART", "DIAG_4_*", "SITETRET"],
      why: "test",
    },
  ],
});

function testCase(change = ""): TestCase {
  return {
    agreement,
    spec: {
      ledger: "hes",
      tables: [
        {
          dataset: "hes_apc",
          years: ["2023/24"],
          fields: ["EPIKEY", "AEKEY", "SEX", "STARTAGE", "EPISTART", "DIAG_4_01", "SITETRET"],
          derive: ["age_band_5"],
        },
      ],
      formats: ["csv", "parquet"],
    },
    inputs: {
      hes_apc_2023_24: {
        query: episodes(change),
        columns,
        release: {
          dataSet: "hes_apc",
          number: 1,
          from: "2023-04",
          to: "2024-03",
          status: "provisional",
        } as never,
      },
      persons_hes_apc: persons,
    },
  };
}

let bench: TestBench;
beforeAll(async () => {
  bench = await TestBench.open();
});
afterAll(() => bench.close());

describe("a delivery", () => {
  it("is a bag that a recipient checks with sha256sum alone, and holds every promised part", async () => {
    const { folder, manifest } = await bench.deliver(testCase(), 1);
    expect((await filesBelow(folder, "")).sort()).toMatchInlineSnapshot(`
      [
        "bag-info.txt",
        "bagit.txt",
        "data/README.html",
        "data/dictionary/codes.csv",
        "data/dictionary/dictionary.json",
        "data/dictionary/fields.csv",
        "data/extract/HES_APC_2023_24.csv",
        "data/extract/HES_APC_2023_24.parquet",
        "data/manifest.json",
        "data/quality/changes.html",
        "data/quality/changes.json",
        "data/quality/linkage.html",
        "data/quality/linkage.json",
        "manifest-sha256.txt",
        "tagmanifest-sha256.txt",
      ]
    `);
    await run("sha256sum", ["--quiet", "-c", "manifest-sha256.txt"], { cwd: folder });
    await run("sha256sum", ["--quiet", "-c", "tagmanifest-sha256.txt"], { cwd: folder });
    expect(await verifyDelivery(folder)).toMatchObject({ diagnostics: [], files: 11 });
    expect(manifest.tables[0]).toMatchObject({ status: "provisional", key: ["EPIKEY"], year: "2023/24" });
    expect(manifest.tables[0]?.files.map((file) => file.rows)).toEqual([120, 120]);
  });
});
