import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestBench, type TestCase, type TestInput, testAgreement } from "../../../tests/delivery-run.ts";
import type { DataSet } from "../../catalogue/dataset.ts";
import { fields } from "../../catalogue/fields.ts";

const base: Omit<DataSet, "id" | "fields" | "naturalKey"> = {
  title: "t",
  about: "a",
  supplier: "s",
  supply: "cumulative",
  unit: "record",
  shapes: [],
  periodDate: "WHEN_IT_WAS",
  roles: {},
  checks: [],
  rejectLimit: { rows: 0, ratio: 0 },
};

const visits: DataSet = {
  ...base,
  id: "visits",
  supply: "upsert",
  naturalKey: ["VISIT"],
  fields: fields([
    ["VISIT", "varchar", "record_key", "standard", "Number"],
    ["SUSRECID", "varchar", "record_key", "standard", "Shared key"],
    ["CODE_{1..2}", "varchar", "no", "standard", "Code {n}", { missing: { "99": "not known" } }],
    ["N", "integer", "no", "standard", "Number", { missing: { "999": "not known" } }],
    ["WHEN_IT_WAS", "date", "quasi", "standard", "Day", { missing: { "1801-01-01": "not valid" } }],
    ["NHSNO", "varchar", "direct", "standard", "NHS number"],
  ]),
};

const care: DataSet = {
  ...base,
  id: "care",
  naturalKey: ["CARE"],
  personThrough: { dataSet: "visits", field: "SUSRECID" },
  fields: fields([
    ["CARE", "varchar", "record_key", "standard", "Number"],
    ["SUSRECID", "varchar", "record_key", "standard", "Shared key"],
  ]),
};

const everything = (dataSet: DataSet) => ({
  dataset: dataSet.id,
  years: ["2023/24"],
  fields: dataSet.fields.map((field) => field.name),
  why: "test",
});

const agreement = testAgreement({
  data: [
    everything(visits),
    everything(care),
    {
      dataset: "hes_ons_linked",
      years: ["2023/24"],
      fields: ["record_id", "dod", "match_rank"],
      why: "test",
    },
  ],
  formats: ["csv"],
});

function input(columns: Record<string, "bigint" | "varchar" | "integer" | "date">, rows: string): TestInput {
  const names = Object.keys(columns);
  const select = names.map((name) => `CAST(${name} AS ${columns[name]}) AS ${name}`).join(", ");
  return {
    columns: names.map((name) => ({ name, type: columns[name] ?? "varchar" })),
    query: `SELECT ${select} FROM (VALUES ${rows}) AS v(${names.join(", ")})`,
  };
}

const visitColumns = {
  record_id: "bigint",
  VISIT: "varchar",
  SUSRECID: "varchar",
  CODE_1: "varchar",
  CODE_2: "varchar",
  N: "integer",
  WHEN_IT_WAS: "date",
} as const;

const inputs: TestCase["inputs"] = {
  visits_2023_24: input(
    visitColumns,
    `(1, 'v1', 's1', 'I210', NULL, 5, '2023-05-01'), (2, 'v2', 's2', '99', 'I219', 999, '2023-06-01'),
     (3, 'v3', 's3', 'J44', '99', 7, '1801-01-01'), (4, 'v4', NULL, '99', '99', NULL, NULL), (5, 'v1', 's1', 'I210', NULL, 6, '2023-05-01')`,
  ),
  visits_all: input(
    visitColumns,
    `(1, 'v1', 's1', '', '', 5, '2023-05-01'), (2, 'v2', 's2', '', '', 5, '2023-05-01'), (3, 'v3', 's2', '', '', 5, '2023-05-01')`,
  ),
  persons_visits: input(
    { record_id: "bigint", person_id: "bigint", match_pass: "integer", id_type: "varchar" },
    "(1, 10, 1, 'nhs_number'), (2, 20, 1, 'nhs_number'), (3, 30, 1, 'nhs_number'), (4, 40, 0, 'one-time'), (5, 10, 1, 'nhs_number')",
  ),
  visits_2023_24_identity: input({ record_id: "bigint", NHSNO: "varchar" }, "(5, '9434765919'), (2, NULL)"),
  care_2023_24: input(
    { record_id: "bigint", CARE: "varchar", SUSRECID: "varchar" },
    "(101, 'c1', 's1'), (102, 'c2', 's2'), (103, 'c3', 'unknown')",
  ),
  deaths: input(
    { person_id: "bigint", record_id: "bigint", date_of_death: "date", match_rank: "integer" },
    "(10, 7001, '2023-09-09', 1), (99, 7002, '2023-09-09', 2)",
  ),
};

let bench: TestBench;
beforeAll(async () => {
  bench = await TestBench.open();
});
afterAll(() => bench.close());

async function lines(
  change: Record<string, unknown>,
  terms = agreement,
  file = "VISITS_2023_24.csv",
): Promise<string[]> {
  const table = { dataset: "visits", years: ["2023/24"], fields: ["N"], ...change };
  const spec = { ledger: "hes", tables: [table], formats: ["csv"] };
  const { folder } = await bench.extract({ spec, agreement: terms, inputs, dataSets: [visits, care] });
  return (await readFile(join(folder, file), "utf8")).trimEnd().split("\n").slice(1);
}

/** Values of N in the records that a condition selects. */
async function selected(where: unknown): Promise<string[]> {
  return (await lines({ where, fields: ["CODE_1", "N"] }))
    .map((line) => line.split("|").slice(1).join(" "))
    .sort();
}

describe("where", () => {
  it("keeps the last record of each natural key, where releases add to each other", async () => {
    expect(await selected(undefined)).toEqual(["99 ", "99 999", "I210 6", "J44 7"]);
  });

  it("never matches a missing value, nor does its opposite", async () => {
    expect(await selected({ field: "CODE_1", in: ["99"] })).toEqual([]);
    expect(await selected({ not: { field: "CODE_1", in: ["I210"] } })).toEqual(["J44 7"]);
    expect(await selected({ field: "N", from: 6 })).toEqual(["I210 6", "J44 7"]);
    expect(await selected({ not: { field: "N", from: 7 } })).toEqual(["I210 6"]);
    expect(await selected({ field: "WHEN_IT_WAS", to: "2023-05-01" })).toEqual(["I210 6"]);
  });

  it("of a family one matching field is enough, and missing ones do not count", async () => {
    expect(await selected({ field: "CODE_*", matches: ["I21*"] })).toEqual(["99 999", "I210 6"]);
    expect(await selected({ not: { field: "CODE_*", matches: ["I21*"] } })).toEqual(["J44 7"]);
  });

  it("joins conditions", async () => {
    const parts = [
      { field: "CODE_1", matches: ["I210", "J*"] },
      { field: "N", in: ["6", "7"] },
    ];
    expect(await selected({ all: parts })).toEqual(["I210 6", "J44 7"]);
    expect(
      await selected({
        any: [
          { field: "N", in: ["7"] },
          { field: "CODE_2", in: ["I219"] },
        ],
      }),
    ).toEqual(["99 999", "J44 7"]);
  });
});

describe("an extract", () => {
  it("gives records without a person of their own the person of the shared key, where there is just one", async () => {
    const table = { dataset: "care", years: ["2023/24"], fields: ["CARE", "SUSRECID"] };
    const spec = {
      ledger: "hes",
      tables: [table, { dataset: "visits", years: ["2023/24"], fields: ["SUSRECID", "N"] }],
      formats: ["csv"],
    };
    const { folder } = await bench.extract({ spec, agreement, inputs, dataSets: [visits, care] });
    const read = async (name: string) =>
      (await readFile(join(folder, name), "utf8"))
        .trimEnd()
        .split("\n")
        .slice(1)
        .map((line) => line.split("|"));
    const [[person, , shared] = [], ...others] = await read("CARE_2023_24.csv");
    expect(others).toEqual([]);
    const visit = (await read("VISITS_2023_24.csv")).find((row) => row[2] === "6");
    expect([person, shared]).toEqual(visit?.slice(0, 2));
  });

  it("adds one death for each person of its tables, its record key as a token", async () => {
    const table = { dataset: "visits", years: ["2023/24"], fields: ["N"] };
    const spec = { ledger: "hes", tables: [table], deaths: { step: "mortality" }, formats: ["csv"] };
    const { folder } = await bench.extract({ spec, agreement, inputs, dataSets: [visits, care] });
    const [heads, ...rows] = (await readFile(join(folder, "HES_ONS_LINKED.csv"), "utf8"))
      .trimEnd()
      .split("\n");
    expect(heads).toBe("TOKEN_PERSON_ID|record_id|dod|match_rank");
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatch(/^[0-9a-z]{26}\|[0-9a-z]{26}\|2023-09-09\|1$/);
  });

  it("reads direct identifiers from the identity zone alone, and only for an identifiable agreement", async () => {
    const identifiable = { ...agreement, identifiability: "identifiable" as const };
    const rows = await lines({ fields: ["NHSNO", "N"] }, identifiable);
    expect(rows.map((line) => line.split("|").slice(1).join(" ")).sort()).toEqual([
      " ",
      " 7",
      " 999",
      "9434765919 6",
    ]);
    await expect(lines({ fields: ["NHSNO"] })).rejects.toThrow("does not cover");
  });

  it("leaves record keys as they are where the agreement says so", async () => {
    const raw = { ...agreement, permissions: { sensitive: [], restricted: [], raw_record_keys: true } };
    const rows = await lines({ fields: ["VISIT"] }, raw);
    expect(rows.map((line) => line.split("|")[1]).sort()).toEqual(["v1", "v2", "v3", "v4"]);
  });

  it("gives new tokens to each release, where the agreement says so", async () => {
    const perRelease = { ...agreement, pseudonyms: { scope: "release" as const, epoch: 1 } };
    const table = { dataset: "visits", years: ["2023/24"], fields: ["N"] };
    const tokens = async (period: string) => {
      const spec = { ledger: "hes", tables: [table], formats: ["csv"] };
      const { folder } = await bench.extract({
        spec,
        agreement: perRelease,
        inputs,
        dataSets: [visits],
        period,
      });
      const text = await readFile(join(folder, "VISITS_2023_24.csv"), "utf8");
      return text
        .split("\n")
        .slice(1, 5)
        .map((line) => line.slice(0, 26));
    };
    const [may, june, again] = [await tokens("2024-05"), await tokens("2024-06"), await tokens("2024-05")];
    expect(may).toEqual(again);
    expect(may.filter((token) => june.includes(token))).toEqual([]);
  });
});
