import { execFile } from "node:child_process";
import { appendFile, chmod, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestBench, type TestCase, testAgreement } from "../../../tests/delivery-run.ts";
import { verifyDelivery } from "../verify.ts";
import { filesBelow } from "./bagit.ts";

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

/** Records of a CSV file, parsed by the rule that a quote is doubled. */
function records(text: string, delimiter: string): string[][] {
  const rows: string[][] = [[]];
  const cell = new RegExp(`(?:"((?:[^"]|"")*)"|([^${delimiter}\n"]*))([${delimiter}\n])`, "gy");
  for (let match = cell.exec(text); match !== null; match = cell.exec(text)) {
    rows.at(-1)?.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
    if (match[3] === "\n") rows.push([]);
  }
  return rows.slice(0, -1);
}

async function csvOf(folder: string): Promise<string[][]> {
  return records(await readFile(join(folder, "data", "extract", "HES_APC_2023_24.csv"), "utf8"), "|");
}

const token = /^[0-9a-hjkmnp-tv-z]{26}$/;

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

  it("holds tokens in place of persons and record keys, sorted by them, and every other value as it was", async () => {
    const { folder } = await bench.deliver(testCase(), 1);
    const [heads, ...rows] = await csvOf(folder);
    expect(heads?.join()).toBe(
      "TOKEN_PERSON_ID,EPIKEY,AEKEY,SEX,STARTAGE,EPISTART,DIAG_4_01,SITETRET,AGE_BAND_5",
    );
    expect(rows).toHaveLength(120);
    const order = rows.map(([person, key]) => `${person} ${key}`);
    expect(order).toEqual([...order].sort());
    for (const [person, key, attendance] of rows) {
      expect(person).toMatch(token);
      expect(key).toMatch(token);
      if (attendance !== "") expect(attendance).toMatch(token);
    }
    expect(rows.filter(([, , attendance]) => attendance === "")).toHaveLength(90);
    expect(new Set(rows.map(([person]) => person)).size).toBe(40);
    expect(new Set(rows.map((row) => row[7]))).toEqual(new Set(["=1+1", "a|b,c", 'say "hi"', "two\nlines"]));
    expect(rows.filter((row) => row[8] === "90+")).toHaveLength(10);
    const text = await readFile(join(folder, "data", "extract", "HES_APC_2023_24.csv"), "utf8");
    expect(text).not.toMatch(/[59]000000000/);
  });

  it("is the same bytes with one thread and two, and whatever the order of the rows read", async () => {
    const { folder: first } = await bench.deliver(testCase(), 1);
    const manifest = await readFile(join(first, "manifest-sha256.txt"), "utf8");
    bench.threads = 1;
    const { folder: again } = await bench.deliver(testCase("ORDER BY hash(range)"), 1);
    bench.threads = 2;
    expect(await readFile(join(again, "manifest-sha256.txt"), "utf8")).toBe(manifest);
  });

  it("shares no token with a delivery under another agreement", async () => {
    const { folder: ours } = await bench.deliver(testCase(), 1);
    const mine = new Set((await csvOf(ours)).slice(1).flatMap((row) => row.slice(0, 3)));
    const other = { ...testCase(), agreement: { ...agreement, agreement: "DARS-NIC-000002-OTHER" } };
    const { folder: theirs } = await bench.deliver(other, 1);
    const shared = (await csvOf(theirs))
      .slice(1)
      .flatMap((row) => row.slice(0, 3))
      .filter((t) => mine.has(t));
    expect(new Set(shared)).toEqual(new Set([""]));
  });

  it("says what changed since the delivery that it replaces, by cleared counts", async () => {
    const { folder: before } = await bench.deliver(testCase("WHERE range < 110"), 1);
    const changed = testCase();
    const { folder, manifest } = await bench.deliver(changed, 2, before);
    expect(manifest.supersedes).toBe(1);
    const json = JSON.parse(await readFile(join(folder, "data", "quality", "changes.json"), "utf8"));
    const rows = json.tables.map((t: { rows: { labels: string[]; n: number | string }[] }) =>
      t.rows.map((row) => [...row.labels, row.n].join(" ")),
    );
    expect(rows).toEqual([
      ["HES_APC_2023_24 before 110", "HES_APC_2023_24 now 120"],
      ["added 10", "removed 0", "changed 0", "unchanged 110"],
    ]);
    expect(json.policy).toMatchObject({ id: "hes-2018", version: 1 });
  });

  it("carries the linkage report in its order, small counts hidden, and shows text as text", async () => {
    const report = {
      query: `SELECT * FROM (VALUES ('results', 'match_rank', '<1>', CAST(3 AS BIGINT)), ('results', 'match_rank', '2', 42), ('flow', 'deaths', 'read', 0)) AS v(section, "group", value, n)`,
      columns: [
        { name: "section", type: "varchar" },
        { name: "group", type: "varchar" },
        { name: "value", type: "varchar" },
        { name: "n", type: "bigint" },
      ],
    } as const;
    const { folder } = await bench.deliver(testCase(), 1, undefined, report);
    const json = JSON.parse(await readFile(join(folder, "data", "quality", "linkage.json"), "utf8"));
    const ranks = json.tables.find((t: { name: string }) => t.name === "results.match_rank");
    expect(ranks.rows.map((row: { n: unknown }) => row.n)).toEqual([40, "*"]);
    const html = await readFile(join(folder, "data", "quality", "linkage.html"), "utf8");
    expect(html.indexOf("Flow of records")).toBeLessThan(html.indexOf("Results by step"));
    expect(html).toContain("&lt;1&gt;");
    expect(html).toContain("A product &lt;for&gt; tests");
    expect(html).toContain("default-src 'none'");
    expect(html).not.toContain("<script");
  });
});

describe("opt-outs", () => {
  const optOuts = { apply: true, list: "opt-outs.txt", dated: "2024-06-01", max_age_days: 90 };
  const inputs = {
    ...testCase().inputs,
    // Person 1001 has two numbers, the opted-out one an old one; persons from 1030 on have none.
    profiles: {
      query:
        "SELECT 1000 + range AS person_id, CAST(9000000000 + range AS VARCHAR) AS nhs_number FROM range(30) UNION ALL SELECT 1001, '8000000001'",
      columns: [
        { name: "person_id", type: "bigint" },
        { name: "nhs_number", type: "varchar" },
      ],
    },
    opt_outs: {
      query: "SELECT * FROM (VALUES ('8000000001'), ('9000000005'), ('7777777777')) AS v(nhs_number)",
      columns: [{ name: "nhs_number", type: "varchar" }],
    },
  } as const;

  it.each([
    ["keep", 38],
    ["drop", 28],
  ])(
    "remove whole persons by any of their numbers, and %s those who cannot be tested",
    async (untestable, persons) => {
      const applied = {
        ...agreement,
        opt_outs: { ...optOuts, apply: true as const, untestable: untestable as "keep" },
      };
      const { folder, manifest } = await bench.deliver({ ...testCase(), agreement: applied, inputs }, 1);
      const rows = (await csvOf(folder)).slice(1);
      expect(new Set(rows.map(([person]) => person)).size).toBe(persons);
      expect(manifest.terms.optOuts).toEqual({ applied: true, listDated: "2024-06-01", reason: null });
    },
  );
});

describe("verifyDelivery", () => {
  let sound: string;
  const broken = async () => {
    const copy = join(await mkdtemp(join(bench.root, "copy-")), "bag");
    await cp(sound, copy, { recursive: true });
    return copy;
  };
  const found = async (folder: string) =>
    (await verifyDelivery(folder)).diagnostics.map((d) => `${d.code} ${d.what}`);

  beforeAll(async () => {
    sound = (await bench.deliver(testCase(), 7)).folder;
  });

  it("finds one changed byte of data, and names the file", async () => {
    const bag = await broken();
    const file = join(bag, "data", "extract", "HES_APC_2023_24.csv");
    const bytes = await readFile(file);
    bytes[bytes.length - 5] = (bytes[bytes.length - 5] ?? 0) ^ 1;
    await chmod(file, 0o644);
    await writeFile(file, bytes);
    expect(await found(bag)).toEqual([
      expect.stringMatching(/^delivery\/changed data\/extract\/HES_APC_2023_24.csv/),
    ]);
  });

  it("finds a missing file, and one too many", async () => {
    const bag = await broken();
    await rm(join(bag, "data", "README.html"), { force: true });
    await writeFile(join(bag, "data", "extra.txt"), "x");
    expect(await found(bag)).toEqual([
      expect.stringMatching(/^delivery\/missing data\/README.html/),
      expect.stringMatching(/^delivery\/unlisted data\/extra.txt/),
    ]);
  });

  it("finds a changed manifest by the tag manifest, and a line that leads out", async () => {
    const bag = await broken();
    const manifest = join(bag, "manifest-sha256.txt");
    await chmod(manifest, 0o644);
    await appendFile(manifest, `${"0".repeat(64)}  data/../../secret\nnonsense\n`);
    expect((await verifyDelivery(bag)).diagnostics.map((d) => d.code)).toEqual([
      "delivery/bad-line",
      "delivery/bad-line",
      "delivery/changed",
    ]);
  });

  it("finds another number of records than was promised", async () => {
    const bag = await broken();
    const path = join(bag, "data", "manifest.json");
    const text = await readFile(path, "utf8");
    await chmod(path, 0o644);
    await writeFile(path, text.replaceAll('"rows": 120', '"rows": 121'));
    const codes = (await verifyDelivery(bag)).diagnostics.map((d) => d.code);
    expect(codes).toEqual(["delivery/changed", "delivery/rows", "delivery/rows"]);
  });

  it("refuses what is no bag", async () => {
    expect(await found(bench.root)).toEqual([expect.stringMatching(/^delivery\/not-a-bag/)]);
  });
});
