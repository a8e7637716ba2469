import { DuckDBInstance } from "@duckdb/node-api";
import { beforeAll, describe, expect, it } from "vitest";
import { duckdb } from "../sql/duckdb.ts";
import { print } from "../sql/print.ts";
import { as, cast, join, literal, nullOf, type Sql, sql } from "../sql/sql.ts";
import { dataSetOf } from "./catalogue.ts";

/** Codes of the checks that a row breaks; fields that are not given are NULL. */
type Broken = (dataSet: string, values: Readonly<Record<string, string | number>>) => Promise<string[]>;

describe("row checks", () => {
  let broken: Broken;

  beforeAll(async () => {
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    broken = async (id, values) => {
      const { fields, checks } = dataSetOf(id) ?? { fields: [], checks: [] };
      const given = (name: string, type: Parameters<typeof nullOf>[0]): Sql => {
        const value = values[name];
        return value === undefined ? nullOf(type) : cast(literal(value), type);
      };
      const row = join(fields.map(({ name, type }) => as(given(name, type), name)));
      const held = join(checks.map(({ code, holds }) => as(holds, code)));
      const query = sql`SELECT ${held} FROM (SELECT ${row}) AS given`;
      const answers = (await connection.runAndReadAll(print(query, duckdb))).getRowObjects()[0] ?? {};
      return Object.keys(answers).filter((code) => answers[code] === false);
    };
  });

  const episode = {
    EPIKEY: "1",
    FYEAR: "2324",
    SEX: "2",
    EPISTART: "2024-03-01",
    EPIEND: "2024-03-03",
    ADMIDATE: "2024-03-01",
    EPIDUR: 2,
    EPISTAT: "3",
    EPIORDER: 1,
    DISMETH: "1",
    DISDEST: "19",
    NEWNHSNO: "9434765919",
    DOB: "1950-02-28",
  };

  it.each([
    ["a sound episode", {}, []],
    ["no key", { EPIKEY: " " }, ["APC01"]],
    ["an end before the start", { EPIEND: "2024-02-28", EPIDUR: -2 }, ["APC02"]],
    ["a birth that was sent empty", { DOB: "1800-01-01" }, []],
    ["a birth after the end", { DOB: "2024-03-04" }, ["APC05"]],
    ["an end that was not valid", { EPIEND: "1801-01-01" }, ["APC12"]],
    ["an end in the next year", { EPIEND: "2024-04-01", EPIDUR: 31 }, ["APC14"]],
    ["a sex outside the list", { SEX: "7" }, ["APC07"]],
    ["a place that cannot be", { EPIORDER: 0 }, ["APC09"]],
    ["a death that went home", { DISMETH: "4" }, ["APC10"]],
    ["a short NHS number", { NEWNHSNO: "943476591" }, ["APC15"]],
    ["a malformed postcode", { HOMEADD: "LEEDS" }, ["APC16"]],
    ["a pseudo postcode", { HOMEADD: "ZZ99 3VZ" }, []],
  ])("tell %s", async (_what, change, codes) => {
    expect(await broken("hes_apc", { ...episode, ...change })).toEqual(codes);
  });

  const death = { DARS_BIRD_DEATHS_ID: "1", NEO_NATE_FLAG: 0, S_UNDERLYING_COD_ICD10: "I219", DEC_SEX: "1" };
  const dates = { DEC_DATE_OF_BIRTH: "1950-02-28", REG_DATE_OF_DEATH: "2024-03-01", REG_DATE: "2024-03-05" };

  it.each([
    ["a sound death", {}, []],
    ["a death before birth", { DEC_DATE_OF_BIRTH: "2024-03-02" }, ["ONS02"]],
    ["a registration before death", { REG_DATE: "2024-02-01" }, ["ONS03"]],
    ["a cause that is none", { S_UNDERLYING_COD_ICD10: "219" }, ["ONS09"]],
  ])("tell %s", async (_what, change, codes) => {
    expect(await broken("ons_deaths", { ...death, ...dates, ...change })).toEqual(codes);
  });
});
