import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { catalogue } from "../../src/catalogue/catalogue.ts";
import type { Release } from "../../src/model/release.ts";
import { Lab, refusalOf } from "../ingest-lab.ts";
import { admittedCare, outpatients } from "./published.ts";

const data = resolve(process.env["DARS_OUTSIDE_DATA"] ?? "../shared/data");
const artificial = join(data, "cuRed");
const present = existsSync(artificial);

/** Rows by value of one column. */
async function counts(lab: Lab, release: Release, column: string): Promise<Record<string, number>> {
  const path = release.content[0]?.path ?? "";
  const rows = await lab.rows(path, `${column} AS value, count(*) AS n`, "GROUP BY ALL");
  return Object.fromEntries(rows.map((r) => [String(r["value"]), Number(r["n"])]));
}

async function take(name: string): Promise<{ lab: Lab; release: Release }> {
  const lab = await Lab.open(catalogue);
  const { release } = await lab.ingest(join(artificial, name));
  return { lab, release };
}

describe.skipIf(!present)(`artificial HES (in ${data})`, () => {
  it("admitted care 2001/02: 2,075 episodes, none rejected, every published count", async () => {
    const { lab, release } = await take("artificial_hes_apc_0102_truncated.csv");
    expect(release.rows).toEqual({ in: 2075, kept: 2075, rejected: 0 });
    expect(release.period).toEqual({ from: "2001-04", to: "2002-03", status: "final" });
    const { ADMIMETH, ...whole } = admittedCare;
    expect(await counts(lab, release, "ADMIMETH")).toMatchObject(ADMIMETH);
    for (const [field, published] of Object.entries(whole)) {
      expect(await counts(lab, release, field)).toEqual(published);
    }
    expect((await counts(lab, release, "SPELEND"))["Y"]).toBe(1893);
    expect((await counts(lab, release, "DISDATE"))["null"]).toBe(80);
    expect((await counts(lab, release, "ELECDATE"))["1801-01-01"]).toBe(42);
    for (const date of ["ADMIDATE", "EPISTART", "EPIEND", "DISDATE"]) {
      expect((await counts(lab, release, date))["1801-01-01"]).toBe(1);
    }
    expect((await counts(lab, release, "GPPRAC"))["&"]).toBe(11);
    expect(await counts(lab, release, "count(DISTINCT EPIKEY)")).toEqual({ "2075": 2075 });
    expect(release.fields.content).not.toContain("PSEUDO_HESID");
  });

  it("outpatients 2003/04: 1,000 appointments, none rejected", async () => {
    const { lab, release } = await take("artificial_hes_op_0304_truncated.csv");
    expect(release.rows).toEqual({ in: 1000, kept: 1000, rejected: 0 });
    expect(await counts(lab, release, "ATTENDED")).toEqual(outpatients.ATTENDED);
    expect(await counts(lab, release, "REQDATE")).toMatchObject(outpatients.REQDATE);
  });

  it("accident and emergency 2007/08: 1,000 attendances, none rejected", async () => {
    const { lab, release } = await take("artificial_hes_ae_0708_truncated.csv");
    expect(release.rows).toEqual({ in: 1000, kept: 1000, rejected: 0 });
    expect((await counts(lab, release, "INITTIME"))["4000"]).toBe(235);
    expect((await counts(lab, release, "CONCLTIME"))["4000"]).toBe(123);
    expect((await counts(lab, release, "DEPTIME"))["4000"]).toBe(45);
    expect((await counts(lab, release, "DIAGSCHEME"))["null"]).toBe(275);
  });
});

describe.skipIf(!present)("files of other tools", () => {
  const folders = ["HES_pipeline", "ETL-CDMBuilder"]
    .map((name) => join(data, name))
    .filter((f) => existsSync(f));
  const files = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith(".txt"))
      .map((name) => join(folder, name)),
  );

  it.each(files)("%s is refused with the first difference from a shape", async (file) => {
    const lab = await Lab.open(catalogue);
    const refusal = await refusalOf(lab.ingest(file));
    expect(refusal.exitCode).toBe(3);
    expect(refusal.diagnostics.map((d) => d.code)).toEqual(["ingest/wrong-header"]);
    expect(refusal.message).toMatch(/differs from shape \S+ at column \d+: expected \S+, found /);
  });
});

if (!present) {
  it.skip(`is not in ${data}; set DARS_OUTSIDE_DATA to the folder that holds it`, () => undefined);
}
