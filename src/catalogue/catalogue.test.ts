import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, it } from "vitest";
import { duckdb } from "../sql/duckdb.ts";
import { print } from "../sql/print.ts";
import { as, join, nullOf, sql } from "../sql/sql.ts";
import { catalogue, dataSetOf } from "./catalogue.ts";
import { cohortLinked } from "./cohort-linked.ts";
import { type DataSet, fieldOf } from "./dataset.ts";
import { hesOnsLinked } from "./hes-ons-linked.ts";

const described: readonly DataSet[] = [...catalogue, hesOnsLinked, cohortLinked];

describe.each(described.map((dataSet) => [dataSet.id, dataSet] as const))("%s", (_id, dataSet) => {
  const names = dataSet.fields.map((field) => field.name);
  const undeclared = (used: readonly string[]) => used.filter((name) => !names.includes(name));

  it("declares each field once", () => {
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  it("gives each field a meaning of its own words", () => {
    const poor = dataSet.fields.filter(
      ({ meaning }) => meaning.length < 10 || names.includes(meaning) || /[{}]|see doc/i.test(meaning),
    );
    expect(poor).toEqual([]);
  });

  it("lets nothing that names a person or is free text leave by default", () => {
    const open = dataSet.fields.filter(
      ({ identifies, permission }) =>
        (identifies === "direct" || identifies === "free_text") && permission === "standard",
    );
    expect(open.map((field) => field.name)).toEqual([]);
  });

  it("uses declared fields in shapes, keys, roles and checks", () => {
    for (const shape of dataSet.shapes) {
      expect(undeclared(shape.columns)).toEqual([]);
      expect(new Set(shape.columns).size).toBe(shape.columns.length);
      expect(undeclared([...dataSet.naturalKey, ...(dataSet.yearField ? [dataSet.yearField] : [])])).toEqual(
        [],
      );
      expect(shape.columns).toEqual(expect.arrayContaining([...dataSet.naturalKey]));
    }
    expect(undeclared(Object.values(dataSet.roles))).toEqual([]);
    expect(undeclared(dataSet.checks.map((check) => check.field))).toEqual([]);
    const { periodDate } = dataSet;
    if (periodDate !== undefined) expect(fieldOf(dataSet, periodDate)?.type).toBe("date");
  });

  it("gives each check a code of its own", () => {
    const codes = dataSet.checks.map((check) => check.code);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it("has checks that bind, and that reject for a missing key alone but in a customer's list", async () => {
    if (dataSet.checks.length === 0) return;
    const row = join(dataSet.fields.map((field) => as(nullOf(field.type), field.name)));
    const held = join(dataSet.checks.map((check) => as(check.holds, check.code)));
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    const result = await connection.runAndReadAll(
      print(sql`SELECT ${held} FROM (SELECT ${row}) AS empty`, duckdb),
    );
    const answers = result.getRowObjects()[0] ?? {};
    for (const { code, severity, field } of dataSet.checks) {
      if (severity !== "reject" || dataSet.isCohort === true) continue;
      expect(dataSet.naturalKey).toContain(field);
      expect(answers[code]).toBe(false);
    }
  });
});

describe("the catalogue", () => {
  it("has each data set once, and finds it", () => {
    const ids = described.map((dataSet) => dataSet.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id } of catalogue) expect(dataSetOf(id)?.id).toBe(id);
    expect(dataSetOf("nothing")).toBeUndefined();
  });

  it("knows by a file's name what it covers", () => {
    const shapes = catalogue.flatMap((dataSet) => dataSet.shapes);
    expect(new Set(shapes.map((shape) => shape.name)).size).toBe(shapes.length);
    const told = (file: string) =>
      shapes.flatMap(({ name, fileName }) => {
        const groups = fileName?.exec(file)?.groups;
        return groups ? [[name, { ...groups }]] : [];
      });
    expect(told("artificial_hes_apc_0102_truncated.csv")).toEqual([["hes-apc-artificial", { code: "0102" }]]);
    expect(told("HES_APC_202399.txt")).toEqual([["hes-apc-supplier", { year: "2023", part: "99" }]]);
    expect(told("HES_CC_202405.txt")).toEqual([["hes-cc-supplier", { year: "2024", part: "05" }]]);
    expect(told("ONS_DEATHS_202405.txt")).toEqual([["dars-civil-registration", { month: "202405" }]]);
    expect(told("HES_APC_202414.txt")).toEqual([]);
  });

  it("lets a pseudonymised extract of admitted care be made from standard fields alone", () => {
    const usual = [
      "ADMIDATE",
      "EPISTART",
      "EPIEND",
      "DIAG_4_20",
      "OPERTN_4_24",
      "OPDATE_01",
      "SEX",
      "STARTAGE",
    ];
    for (const name of [...usual, "LSOA11", "IMD04_DECILE", "EPIKEY", "FCE"]) {
      expect(dataSetOf("hes_apc")?.fields.find((field) => field.name === name)?.permission).toBe("standard");
    }
  });

  it("names records of a declared data set where a person comes through one", () => {
    for (const { personThrough, fields } of catalogue) {
      if (personThrough === undefined) continue;
      const other = dataSetOf(personThrough.dataSet);
      expect(other && fieldOf(other, personThrough.field)).toBeDefined();
      expect(fields.map((field) => field.name)).toContain(personThrough.field);
    }
  });
});
