import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ErrorRates, typicalRates } from "../synth/quality.ts";
import { Session } from "./session.ts";
import { type SynthOptions, type SynthResult, synthesise } from "./synthesise.ts";

const folder = mkdtempSync(join(tmpdir(), "synthesise-"));
const england: SynthOptions = {
  people: 20_000,
  years: { from: 2023, to: 2024 },
  seed: 11,
  profile: "typical",
};
let session: Session;
let result: SynthResult;

async function open(threads: number): Promise<Session> {
  return await Session.open({ threads, memoryBytes: 2e9, spillFolder: join(folder, "spill") });
}

/** A table of text files, all columns as text, without their trailers. */
async function read(name: string, ...files: readonly string[]): Promise<void> {
  const paths = files.map((file) => `'${folder}/out/${file}'`).join(", ");
  const columns = readFileSync(join(folder, "out", files[0]?.replace("*", "202304") ?? ""), "utf8").split(
    "\n",
  )[0];
  const first = columns?.split("|")[0] ?? "";
  await session.run(
    name,
    `CREATE TABLE ${name} AS SELECT * FROM read_csv([${paths}], delim = '|', header = true, quote = '',
     all_varchar = true, null_padding = true) WHERE "${first}" <> 'COUNT'`,
  );
}

async function value(expression: string, from: string): Promise<number> {
  return Number((await session.row("value", `SELECT ${expression} AS n FROM ${from}`))["n"]);
}

const count = (from: string) => value("count(*)", from);

beforeAll(async () => {
  session = await open(2);
  result = await synthesise(session, england, join(folder, "out"));
  for (const table of ["apc", "op", "ae", "cc"]) {
    await read(table, ...["202399", "202410"].map((part) => `HES_${table.toUpperCase()}_${part}.txt`));
  }
  await read("early", "HES_APC_202409.txt");
  await read("deaths", "ONS_DEATHS_*.txt");
  for (const name of ["records", "persons", "addresses"]) {
    await session.run(name, `CREATE TABLE ${name} AS FROM '${folder}/out/truth/${name}.parquet'`);
  }
}, 120_000);

afterAll(() => {
  session.close();
  rmSync(folder, { recursive: true, force: true });
});

const keys = {
  apc: ["hes_apc", "EPIKEY", "ADMIDATE"],
  op: ["hes_op", "ATTENDKEY", "APPTDATE"],
  ae: ["hes_ae", "AEKEY", "ARRIVALDATE"],
} as const;

describe("files", () => {
  it("counts the lines that are there", () => {
    for (const { file, rows } of result.files.filter(({ file }) => /\.(txt|csv|dat)$/.test(file))) {
      const lines = readFileSync(join(folder, "out", file), "utf8").split("\n").length - 1;
      expect([file, lines]).toEqual([file, rows]);
    }
    expect(readFileSync(join(folder, "out/ONS_DEATHS_202401.txt"), "utf8")).toMatch(/\nCOUNT\|\d+\n$/);
  });

  it.each([
    ...Object.entries(keys).map(([table, [dataSet, key]]) => [table, dataSet, key] as const),
    ["cc", "hes_cc", "HES_RECORD_ID"] as const,
  ])("%s: the truth names the person of every record, keys are distinct", async (table, dataSet, key) => {
    const both = `${table} t FULL JOIN (FROM records WHERE data_set = '${dataSet}') r ON t.${key} = r.natural_key`;
    expect(await count(`${both} WHERE t.${key} IS NULL OR r.person IS NULL`)).toBe(0);
    expect(await count(`(SELECT ${key} FROM ${table} GROUP BY ALL HAVING count(*) > 1)`)).toBe(0);
  });

  it("an earlier month lacks about one record in 200 and has some diagnoses open", async () => {
    const gone = await count(
      "apc ANTI JOIN early USING (EPIKEY) WHERE FYEAR = '2425' AND EPIEND <= '2024-12-31'",
    );
    const all = await count("apc WHERE FYEAR = '2425' AND EPIEND <= '2024-12-31'");
    near(gone, all, 0.005);
    expect(await count("early ANTI JOIN apc USING (EPIKEY)")).toBe(0);
    expect(await count("early e JOIN apc USING (EPIKEY) WHERE e.DIAG_4_01 <> apc.DIAG_4_01")).toBeGreaterThan(
      0,
    );
  });

  it("are the same bytes on one thread and on two", async () => {
    const few = { ...england, people: 2_000 };
    const [one, two] = [await digests(few, 1), await digests(few, 2)];
    expect(Object.keys(one)).toHaveLength(12 + 24 + 2 + 1);
    expect(one).toEqual(two);
  }, 60_000);
});

/** SHA-256 of each text file, made with row groups so small that two threads have something to share. */
async function digests(options: SynthOptions, threads: number): Promise<Record<string, string>> {
  const out = join(folder, `threads-${threads}-${options.people}-${options.seed}`);
  const other = await open(threads);
  await other.run("attach", "ATTACH ':memory:' AS small (ROW_GROUP_SIZE 2048)");
  await other.run("use", "USE small");
  const { files } = await synthesise(other, options, out);
  other.close();
  const text = files.map(({ file }) => file).filter((file) => /\.(txt|csv|dat)$/.test(file));
  return Object.fromEntries(text.map((file) => [file, digest(join(out, file))]));
}

describe("persons", () => {
  it("hold valid NHS numbers, one person in 2,000 a second, one in 20,000 another's", async () => {
    await session.run(
      "numbers",
      `CREATE TABLE numbers AS SELECT person, unnest([nhs_number, second_nhs_number]) AS number FROM persons`,
    );
    const sum = "list_sum([CAST(number[i] AS INTEGER) * (11 - i) FOR i IN range(1, 10)])";
    const valid = `(11 - ${sum} % 11) % 11 = CAST(number[10] AS INTEGER) AND length(number) = 10 AND number LIKE '999%'`;
    expect(await count(`numbers WHERE number IS NOT NULL AND NOT (${valid})`)).toBe(0);
    expect(await count("persons WHERE second_nhs_number IS NOT NULL")).toBe(10);
    expect(
      await count("(SELECT number FROM numbers WHERE number IS NOT NULL GROUP BY ALL HAVING count(*) > 1)"),
    ).toBe(1);
  });

  it("die after they are born, within the years; about 1 % a year", async () => {
    expect(
      await count(
        "persons WHERE death_date < birth_date OR death_date NOT BETWEEN '2023-04-01' AND '2025-03-31'",
      ),
    ).toBe(0);
    const yearly = (await count("persons WHERE death_date IS NOT NULL")) / 2 / england.people;
    expect(yearly).toBeGreaterThan(0.006);
    expect(yearly).toBeLessThan(0.015);
  });

  it("have twins of one birth date and consecutive numbers", async () => {
    const twins = "persons b JOIN persons a ON a.person = b.person - 1 WHERE b.second_twin";
    expect(await count(twins)).toBeGreaterThan(20);
    expect(await count(`${twins} AND (a.birth_date <> b.birth_date OR a.household <> b.household)`)).toBe(0);
    expect(
      await count(
        `${twins} AND CAST(b.nhs_number[1:9] AS BIGINT) - CAST(a.nhs_number[1:9] AS BIGINT) NOT BETWEEN 1 AND 2`,
      ),
    ).toBe(0);
    expect(await count(`${twins} AND a.sex = b.sex`)).toBeGreaterThan(5);
  });

  it("move about once in ten years", async () => {
    const moves = await count("addresses WHERE from_date BETWEEN '2023-04-01' AND '2025-03-31'");
    const rate = moves / 2 / (await value("count(DISTINCT household)", "addresses"));
    expect(rate).toBeGreaterThan(0.085);
    expect(rate).toBeLessThan(0.115);
  });
});

describe("identifiers", () => {
  it.each(Object.entries(keys))(
    "%s: errors are as frequent as promised",
    async (table, [dataSet, key, day]) => {
      await judged(table, dataSet, key, {
        number: "NEWNHSNO",
        birth: "DOB",
        sex: "SEX",
        postcode: "HOMEADD",
        day,
      });
      await held(table, typicalRates[table as keyof typeof keys]);
    },
  );

  it("deaths: errors are as frequent as promised", async () => {
    await judged("deaths", "ons_deaths", "DARS_BIRD_DEATHS_ID", {
      number: "DEC_CONF_NHS_NUMBER",
      birth: "DEC_DATE_OF_BIRTH",
      sex: "DEC_SEX",
      postcode: "DECAD_STAT_POSTCODE",
      day: "REG_DATE_OF_DEATH",
    });
    await held("deaths", typicalRates.deaths);
  });
});

/** Makes `judged_…`: one row per record, what is wrong with each identifier. */
async function judged(
  table: string,
  dataSet: string,
  key: string,
  names: { number: string; birth: string; sex: string; postcode: string; day: string },
): Promise<void> {
  const date = (name: string) =>
    table === "deaths" ? `CAST(strptime(t.${name}, '%Y%m%d') AS DATE)` : `CAST(t.${name} AS DATE)`;
  await session.run(
    "judge",
    `CREATE TABLE judged_${table} AS
     SELECT coalesce(t.${names.number} NOT IN (p.nhs_number, coalesce(p.second_nhs_number, '')), TRUE) AS number,
       b <> p.birth_date AS birth,
       birth AND (CAST(year(b) = year(p.birth_date) AS INT) + CAST(month(b) = month(p.birth_date) AS INT) + CAST(day(b) = day(p.birth_date) AS INT) >= 2
         OR year(b) = year(p.birth_date) AND month(b) = day(p.birth_date) AND day(b) = month(p.birth_date)) AS partly,
       t.${names.sex} <> p.sex AS sex,
       t.${names.postcode} IS NULL OR t.${names.postcode} LIKE 'ZZ99%' AS no_postcode,
       NOT no_postcode AND t.${names.postcode} <> coalesce(p.communal_postcode, a.postcode) AS postcode
     FROM (SELECT *, ${date(names.birth)} AS b, ${date(names.day)} AS on_day FROM ${table} t) t
     JOIN records r ON r.data_set = '${dataSet}' AND r.natural_key = t.${key}
     JOIN persons p USING (person)
     ASOF JOIN addresses a ON a.household = p.household AND a.from_date <= t.on_day`,
  );
}

async function held(table: string, rates: ErrorRates): Promise<void> {
  const judgedTable = `judged_${table}`;
  const all = await count(judgedTable);
  expect(all).toBe(await count(table));
  const where = (condition: string) => count(`${judgedTable} WHERE ${condition}`);
  near(await where("number"), all, rates.nhsNumber);
  near(await where("birth"), all, rates.birth);
  near(await where("partly"), await where("birth"), 0.7);
  near(await where("sex"), all, rates.sex);
  near(await where("postcode"), all, rates.postcode);
  near(await where("no_postcode"), all, rates.noPostcode);
}

/** Within four standard errors of the rate. */
function near(hits: number, of: number, rate: number): void {
  const error = 4 * Math.sqrt((rate * (1 - rate)) / of) + 1 / of;
  expect(hits / of).toBeGreaterThanOrEqual(rate - error);
  expect(hits / of).toBeLessThanOrEqual(rate + error);
}

describe("spells", () => {
  it("have episodes that follow each other, and end once", async () => {
    await session.run(
      "spells",
      `CREATE TABLE spells AS SELECT SUSRECID, list(struct_pack(o := CAST(EPIORDER AS INT), s := EPISTART, e := EPIEND, last := SPELEND) ORDER BY CAST(EPIORDER AS INT)) AS list,
         count(DISTINCT ADMIDATE) AS admissions, count(DISTINCT PROCODET) AS providers, count(DISTINCT LOPATID) AS patients,
         count(DISCHARGED) AS discharges, min(ADMIDATE) AS admitted, max(DISCHARGED) AS discharged, count(*) AS episodes
       FROM (SELECT *, DISDATE AS DISCHARGED FROM apc) GROUP BY SUSRECID`,
    );
    expect(await count("spells WHERE episodes > 1")).toBeGreaterThan(500);
    expect(
      await count("spells WHERE admissions > 1 OR providers > 1 OR patients > 1 OR discharges > 1"),
    ).toBe(0);
    expect(
      await count(
        "spells WHERE len(list) > 1 AND NOT list_bool_and([list[i].e = list[i + 1].s AND list[i].o + 1 = list[i + 1].o FOR i IN range(1, len(list))])",
      ),
    ).toBe(0);
    expect(
      await count(
        "spells WHERE list[1].o = 1 AND list[1].s <> admitted OR discharges = 1 AND list[-1].e <> discharged",
      ),
    ).toBe(0);
    expect(
      await count(
        "apc WHERE (DISMETH = '8') <> (SPELEND = 'N') OR (DISMETH = '4') <> (DISDEST = '79') OR EPIEND < EPISTART",
      ),
    ).toBe(0);
  });

  it("of one person never overlap", async () => {
    const stays = `(SELECT r.person, s.*, lead(admitted) OVER (PARTITION BY r.person ORDER BY admitted, discharged, SUSRECID) AS next
      FROM spells s JOIN (SELECT DISTINCT SUSRECID, person FROM apc JOIN records ON natural_key = EPIKEY AND data_set = 'hes_apc') r USING (SUSRECID))`;
    expect(await count(`${stays} WHERE next < discharged`)).toBe(0);
  });

  it("end on the day of death where the person dies in hospital", async () => {
    const last = `apc JOIN records ON natural_key = EPIKEY AND data_set = 'hes_apc' JOIN persons USING (person)`;
    expect(
      await count(
        `${last} WHERE DISMETH = '4' AND (CAST(DISDATE AS DATE) <> death_date OR NOT died_in_hospital)`,
      ),
    ).toBe(0);
    expect(
      await count(`${last} WHERE CAST(EPIEND AS DATE) > death_date OR CAST(EPISTART AS DATE) < birth_date`),
    ).toBe(0);
    const dead = await count("persons WHERE died_in_hospital AND death_date < '2025-02-01'");
    expect(await count("apc WHERE DISMETH = '4'")).toBe(dead);
  });

  it("lead to attendances and critical care that name them", async () => {
    expect(await count("ae WHERE EPIKEY IS NOT NULL")).toBeGreaterThan(500);
    expect(await count("ae ANTI JOIN apc USING (EPIKEY, AEKEY) WHERE EPIKEY IS NOT NULL")).toBe(0);
    expect(await count("cc ANTI JOIN apc USING (SUSRECID, EPISTART, EPIEND)")).toBe(0);
    const share = (await count("cc")) / (await count("apc"));
    expect(share).toBeGreaterThan(0.015);
    expect(share).toBeLessThan(0.027);
  });
});

describe("deaths", () => {
  it("are registered after they happen, some months later, a few of them again", async () => {
    expect(await count("deaths WHERE REG_DATE < REG_DATE_OF_DEATH")).toBe(0);
    const late = "date_diff('day', strptime(REG_DATE_OF_DEATH, '%Y%m%d'), strptime(REG_DATE, '%Y%m%d')) > 60";
    expect(await count(`deaths WHERE ${late}`)).toBeGreaterThan(5);
    const again = "deaths b JOIN deaths a USING (DARS_BIRD_DEATHS_ID) WHERE b.REG_DATE > a.REG_DATE";
    expect(await count(again)).toBeGreaterThan(0);
    expect(await count(`${again} AND a.REG_DATE_OF_DEATH <> b.REG_DATE_OF_DEATH`)).toBe(0);
  });

  it("include some of persons that no hospital knows", async () => {
    const known = "(SELECT person FROM records WHERE data_set LIKE 'hes%')";
    const all = "records WHERE data_set = 'ons_deaths'";
    const unknown = (await count(`${all} AND person NOT IN ${known}`)) / (await count(all));
    expect(unknown).toBeGreaterThan(0.05);
    expect(unknown).toBeLessThan(0.15);
  });
});

function digest(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
