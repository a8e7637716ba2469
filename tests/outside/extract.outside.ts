import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dars, mustEnd, scratch } from "../dars.ts";
import { query } from "../files.ts";
import { type GivenTable, writeGiven } from "../given.ts";
import { admittedCare, outpatients } from "./published.ts";

const data = resolve(process.env["DARS_OUTSIDE_DATA"] ?? "../shared/data");
const artificial = join(data, "cuRed");
const present = existsSync(artificial);

const tables: readonly GivenTable[] = [
  {
    dataSet: "hes_apc",
    year: "2001/02",
    fields: [
      ...[
        "EPIKEY",
        "SEX",
        "ADMIMETH",
        "DISMETH",
        "EPITYPE",
        "EPISTAT",
        "SPELBGIN",
        "SPELEND",
        "DISDATE",
        "ELECDATE",
      ],
      ...["ADMIDATE", "EPISTART", "EPIEND", "GPPRAC", "DIAG_4_01"],
    ],
  },
  { dataSet: "hes_op", year: "2003/04", fields: ["ATTENDKEY", "ATTENDED", "REQDATE"] },
  { dataSet: "hes_ae", year: "2007/08", fields: ["AEKEY", "INITTIME", "CONCLTIME", "DEPTIME", "DIAGSCHEME"] },
];

const files = ["apc_0102", "op_0304", "ae_0708"].map((name) =>
  join(artificial, `artificial_hes_${name}_truncated.csv`),
);

if (!present) {
  it.skip(`is not in ${data}; set DARS_OUTSIDE_DATA to the folder that holds it`, () => undefined);
}

describe.skipIf(!present)(`artificial HES through ingest and extract (in ${data})`, () => {
  let root = "";

  beforeAll(async () => {
    root = await scratch("outside");
    mustEnd(await dars(root, ["init", "."]), 0);
    await writeGiven(root, tables, "|");
    mustEnd(await dars(root, ["ingest", ...files]), 0);
    for (const name of ["identify-given", "extract-given"]) {
      mustEnd(await dars(root, ["run", `pipelines/${name}.yaml`]), 0);
    }
    mustEnd(await dars(root, ["verify", "deliveries/extract-given/0001"]), 0);
  });

  afterAll(async () => await rm(root, { recursive: true, force: true }));

  /** Reads a table of the delivery; every column is text, so that both formats say the same. */
  function read(table: string, format: string): string {
    const path = join(root, `deliveries/extract-given/0001/data/extract/${table}.${format}`);
    return format === "csv"
      ? `read_csv('${path}', auto_detect = false, all_varchar = true, header = true, delim = '|', quote = '"', escape = '"', columns = {${columnsOf(table)}})`
      : `(SELECT CAST(COLUMNS(*) AS VARCHAR) FROM read_parquet('${path}'))`;
  }

  function columnsOf(table: string): string {
    const found = tables.find((t) => table.startsWith(t.dataSet.toUpperCase()));
    return ["TOKEN_PERSON_ID", ...(found?.fields ?? [])].map((name) => `'${name}': 'VARCHAR'`).join(", ");
  }

  async function counts(from: string, column: string): Promise<Record<string, number>> {
    const rows = await query(`SELECT ${column} AS value, count(*) AS n FROM ${from} GROUP BY ALL`);
    return Object.fromEntries(rows.map((row) => [String(row["value"]), Number(row["n"])]));
  }

  async function total(from: string, what: string): Promise<number> {
    const [row] = await query(`SELECT ${what} AS n FROM ${from}`);
    return Number(row?.["n"]);
  }

  describe.each(["csv", "parquet"])("in %s", (format) => {
    it("admitted care 2001/02 holds every published count", async () => {
      const from = read("HES_APC_2001_02", format);
      expect(await total(from, "count(*)")).toBe(2075);
      expect(await total(from, "count(DISTINCT EPIKEY)")).toBe(2075);
      expect(await total(from, "count(DISTINCT TOKEN_PERSON_ID)")).toBe(994);
      const { ADMIMETH, ...whole } = admittedCare;
      expect(await counts(from, "ADMIMETH")).toMatchObject(ADMIMETH);
      for (const [field, published] of Object.entries(whole)) {
        expect(await counts(from, field)).toEqual(published);
      }
      expect(await counts(from, "EPISTAT")).toEqual({ "3": 2059, "1": 16 });
      expect((await counts(from, "SPELEND"))["Y"]).toBe(1893);
      expect(await total(from, "count(*) FILTER (WHERE DISDATE IS NULL)")).toBe(80);
      expect((await counts(from, "ELECDATE"))["1801-01-01"]).toBe(42);
      for (const date of ["ADMIDATE", "EPISTART", "EPIEND", "DISDATE"]) {
        expect((await counts(from, date))["1801-01-01"]).toBe(1);
      }
      expect((await counts(from, "GPPRAC"))["&"]).toBe(11);
      expect(await total(from, "count(*) FILTER (WHERE DIAG_4_01 LIKE 'R69%')")).toBe(52);
    });

    it("outpatients 2003/04 holds every published count", async () => {
      const from = read("HES_OP_2003_04", format);
      expect(await total(from, "count(*)")).toBe(1000);
      expect(await total(from, "count(DISTINCT TOKEN_PERSON_ID)")).toBe(269);
      expect(await counts(from, "ATTENDED")).toEqual(outpatients.ATTENDED);
      expect(await counts(from, "REQDATE")).toMatchObject(outpatients.REQDATE);
    });

    it("accident and emergency 2007/08 holds every published count", async () => {
      const from = read("HES_AE_2007_08", format);
      expect(await total(from, "count(*)")).toBe(1000);
      expect(await total(from, "count(DISTINCT TOKEN_PERSON_ID)")).toBe(672);
      expect((await counts(from, "INITTIME"))["4000"]).toBe(235);
      expect((await counts(from, "CONCLTIME"))["4000"]).toBe(123);
      expect((await counts(from, "DEPTIME"))["4000"]).toBe(45);
      expect(await total(from, "count(*) FILTER (WHERE DIAGSCHEME IS NULL)")).toBe(275);
    });
  });
});
