import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { catalogue } from "../src/catalogue/catalogue.ts";
import { dars } from "./dars.ts";
import { column, filesBelow, query } from "./files.ts";
import { asAt, copyWorkspace, madeWorkspace, pipelines, removeWorkspace } from "./workspace.ts";

/** Values that must not be seen, by what they are. */
type Secrets = Readonly<Record<string, ReadonlySet<string>>>;

let made = "";
let root = "";
let persons: Secrets = {};
let keys: Secrets = {};

beforeAll(async () => {
  made = await madeWorkspace();
  root = await copyWorkspace("made");
  persons = await personSecrets(made);
  keys = await keySecrets(made);
});

afterAll(async () => await removeWorkspace(root));

/** What names a person (no postcode at all, so no pair of birth date and postcode either): planted by the synthetic England, and as its suppliers wrote it. */
async function personSecrets(from: string): Promise<Secrets> {
  const truth = `read_parquet('${from}/landing/truth/persons.parquet')`;
  const zone = (name: string, field: string) =>
    `SELECT DISTINCT "${field}" FROM read_parquet('${from}/store/identity/${name}/*/part.parquet') WHERE length("${field}") > 5`;
  const each = async (field: string) =>
    (await Promise.all(["hes_apc", "hes_op", "hes_ae"].map((name) => column(zone(name, field))))).flat();
  const numbers = await column(
    `SELECT nhs_number FROM ${truth} UNION SELECT second_nhs_number FROM ${truth} WHERE second_nhs_number IS NOT NULL`,
  );
  const postcodes = await each("HOMEADD");
  return {
    "an NHS number": new Set([...numbers, ...(await each("NEWNHSNO"))]),
    "a postcode": new Set(postcodes.flatMap((postcode) => [postcode, postcode.replaceAll(" ", "")])),
    "a local patient id": new Set(await each("LOPATID")),
  };
}

/** What names a record at its supplier. */
async function keySecrets(from: string): Promise<Secrets> {
  const zone = (name: string, field: string) =>
    column(
      `SELECT DISTINCT "${field}" FROM read_parquet('${from}/store/content/${name}/*/part.parquet') WHERE "${field}" IS NOT NULL`,
    );
  return {
    "an EPIKEY": new Set(await zone("hes_apc", "EPIKEY")),
    "a SUSRECID": new Set(await zone("hes_apc", "SUSRECID")),
    "an AEKEY": new Set(await zone("hes_ae", "AEKEY")),
    "an ATTENDKEY": new Set(await zone("hes_op", "ATTENDKEY")),
    "a record_id": new Set(await zone("hes_apc", "record_id")),
  };
}

/** Kinds of secrets that a text holds, as whole words; the value is never said. */
function found(text: string, ...secrets: readonly Secrets[]): string[] {
  const words = text.match(/[\p{L}\p{N}]{4,}/gu) ?? [];
  const postcodes = text.match(/\b[A-Z]{1,2}\d[A-Z\d]? +\d[A-Z]{2}\b/g) ?? [];
  const seen = new Set([...words, ...postcodes]);
  return secrets
    .flatMap((group) => Object.entries(group))
    .filter(([, values]) => [...values].some((value) => seen.has(value)))
    .map(([what]) => what);
}

async function textOf(path: string): Promise<string> {
  if (!path.endsWith(".parquet")) return await readFile(path, "utf8");
  return JSON.stringify(await query(`SELECT * FROM read_parquet('${path}', union_by_name = true)`));
}

async function columnsOf(files: string): Promise<string[]> {
  const options = files.endsWith(".csv") ? ", all_varchar = true" : ", union_by_name = true";
  const read = files.endsWith(".csv") ? "read_csv" : "read_parquet";
  return await column(`SELECT column_name FROM (DESCRIBE SELECT * FROM ${read}('${files}'${options}))`);
}

describe("The search for secrets", () => {
  it("finds each kind where it stands", async () => {
    const file = await readFile(join(made, "landing/HES_APC_202399.txt"), "utf8");
    const kinds = ["an NHS number", "a postcode", "a local patient id", "an EPIKEY", "a SUSRECID"];
    expect(found(file, persons, keys)).toEqual(expect.arrayContaining(kinds));
    const op = await textOf(`${made}/store/content/hes_op/000010/part.parquet`);
    expect(found(op, keys)).toContain("an ATTENDKEY");
    for (const values of Object.values({ ...persons, ...keys })) expect(values.size).toBeGreaterThan(300);
  });
});

describe("No identifier is said", () => {
  it("by any verb, failing or not, even with --debug", async () => {
    const file = "landing/HES_APC_202399.txt";
    const text = await readFile(join(made, file), "utf8");
    const bad = text.replaceAll("|2023-", "|2023x").slice(0, 60_000);
    const lines = bad.slice(0, bad.lastIndexOf("\n") + 1);
    await mkdir(join(root, "landing"), { recursive: true });
    await writeFile(join(root, file), lines);
    await writeFile(join(root, "landing/HES_APC_202413.txt"), text.replaceAll("|", ","));
    await writeFile(join(root, "landing/HES_APC_202311.txt"), text.slice(text.indexOf("\n") + 1));
    await writeFile(join(root, "landing/HES_APC_202312.txt"), text.slice(0, 100_001));
    const calls: [number, ...string[]][] = [
      [3, "ingest", file],
      [3, "ingest", "landing/HES_APC_202413.txt"],
      [3, "ingest", "landing/HES_APC_202311.txt"],
      [3, "ingest", "landing/HES_APC_202312.txt"],
      [0, "plan", "pipelines/hes-ons.yaml", "--as-at", asAt],
      [0, "explain", "pipelines/hes-ons.yaml", "--as-at", asAt],
      [0, "run", "pipelines/hes-ons.yaml", "--as-at", asAt],
      [4, "run", "pipelines/hes-ons.yaml", "--as-at", "1999-01-01"],
      [0, "runs", "list"],
      [0, "runs", "show", "last"],
      [0, "store", "list"],
      [0, "verify", "deliveries/hes-ons/0001"],
      [2, "check", "agreements/opt-outs.dat"],
      [2, "run", "agreements/opt-outs.dat"],
      [2, "check", "landing/HES_APC_202413.txt"],
    ];
    for (const [exit, ...args] of calls) {
      // A refusal is told in both forms at once where JSON is asked for.
      for (const form of exit === 0 ? [["--debug"], ["--debug", "--json"]] : [["--debug", "--json"]]) {
        const outcome = await dars(root, [...args, ...form]);
        expect(outcome.exit, args.join(" ")).toBe(exit);
        expect(found(outcome.stdout + outcome.stderr, persons, keys), args.join(" ")).toEqual([]);
      }
    }
  });

  it("by a run that fails in the middle of its data", async () => {
    await rm(join(root, "deliveries/heart-attacks"), { recursive: true });
    const [release] = await readdir(join(root, "store/content/hes_apc"));
    await rm(join(root, "store/content/hes_apc", release ?? "", "part.parquet"));
    const outcome = await dars(root, ["run", "pipelines/heart-attacks.yaml", "--as-at", asAt, "--debug"]);
    expect(outcome.exit).not.toBe(0);
    expect(found(outcome.stdout + outcome.stderr, persons, keys)).toEqual([]);
  });

  it("by receipts, version records, release records and whatever else a workspace says in words", async () => {
    const folders = ["runs", "links", "deliveries", "store/releases"];
    const all = (await Promise.all(folders.map((folder) => filesBelow(made, folder)))).flat();
    const said = all.filter((path) => !path.endsWith(".parquet"));
    expect(said.length).toBeGreaterThan(60);
    for (const path of said) {
      expect(found(await textOf(join(made, path)), persons, keys), path).toEqual([]);
    }
  });
});

describe("What is stored and delivered", () => {
  it("keeps every direct identifier out of the content files", async () => {
    for (const dataSet of catalogue) {
      const isPrivate = new Set(
        dataSet.fields.filter((f) => ["direct", "free_text"].includes(f.identifies)).map((f) => f.name),
      );
      if ((await filesBelow(made, `store/content/${dataSet.id}`)).length === 0) continue;
      const files = `${made}/store/content/${dataSet.id}/*/part.parquet`;
      const columns = await columnsOf(files);
      expect(columns.length).toBeGreaterThan(20);
      expect(columns.filter((name) => isPrivate.has(name))).toEqual([]);
      expect(found(await textOf(files), persons), dataSet.id).toEqual([]);
    }
  });

  it("delivers no identifier, no record key and no person number", async () => {
    const files = (await filesBelow(made, "deliveries")).filter((path) => path.includes("/data/extract/"));
    expect(files.length).toBeGreaterThan(20);
    for (const path of files) {
      expect(found(await textOf(join(made, path)), persons, keys), path).toEqual([]);
      const columns = await columnsOf(join(made, path));
      expect(columns).toContain("TOKEN_PERSON_ID");
      expect(columns.filter((name) => /^(person_id|record_id|natural_key)$/i.test(name))).toEqual([]);
    }
  });

  it("gives two agreements no token in common, of persons or of records", async () => {
    const tokens = await Promise.all(
      pipelines.slice(1).map(async (name) => {
        const files = (await filesBelow(made, `deliveries/${name}`)).filter((p) => p.endsWith(".csv"));
        const text = (await Promise.all(files.map((p) => readFile(join(made, p), "utf8")))).join("\n");
        return new Set(text.match(/\b[0-9a-hjkmnp-tv-z]{26}\b/g));
      }),
    );
    for (const [i, own] of tokens.entries()) {
      expect(own.size).toBeGreaterThan(2);
      for (const other of tokens.slice(i + 1)) expect([...own].filter((t) => other.has(t))).toEqual([]);
    }
  });

  it("leaves opted-out persons out of every table, and only them and the untestable", async () => {
    const lists = `SELECT rtrim(column0, ',') AS number FROM read_csv('${made}/agreements/opt-outs.dat', header = false, delim = '|', all_varchar = true)`;
    const truth = (name: string) => `read_parquet('${made}/landing/truth/${name}.parquet')`;
    const opted = `SELECT person FROM ${truth("persons")} WHERE nhs_number IN (${lists}) OR second_nhs_number IN (${lists})`;
    for (const [table, dataSet, release, key] of [
      ["HES_APC_2023_24", "hes_apc", "000004", "EPIKEY"],
      ["HES_OP_2023_24", "hes_op", "000010", "ATTENDKEY"],
      ["HES_AE_2023_24", "hes_ae", "000001", "AEKEY"],
    ]) {
      const mine = `SELECT ${key} AS key, r.person IN (${opted}) AS opted, NEWNHSNO
        FROM read_parquet('${made}/store/identity/${dataSet}/${release}/part.parquet') AS i
        JOIN ${truth("records")} AS r ON r.data_set = '${dataSet}' AND r.natural_key = i.${key}`;
      const [counts] = await query(`SELECT count(*) AS all_rows, count(*) FILTER (WHERE opted) AS opted,
        count(*) FILTER (WHERE opted AND NEWNHSNO IN (${lists})) AS surely FROM (${mine})`);
      const [left] = await query(
        `SELECT count(*) AS n FROM read_parquet('${made}/deliveries/hes-monthly/0001/data/extract/${table}.parquet')`,
      );
      const [all, opt, surely, out] = [
        counts?.["all_rows"],
        counts?.["opted"],
        counts?.["surely"],
        left?.["n"],
      ].map(Number);
      expect(surely).toBeGreaterThan(0);
      expect(out).toBeLessThanOrEqual((all ?? 0) - (surely ?? 0));
      expect(out).toBeGreaterThanOrEqual((all ?? 0) - (opt ?? 0) - 5);
    }
  });
});
