import { createHmac, hkdfSync } from "node:crypto";
import { chmod, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { lengthPrefixed, tokenText } from "../src/model/pseudonym.ts";
import { dars, mustEnd, scratch } from "./dars.ts";
import { query } from "./files.ts";
import { writeCensusAndSurvey } from "./made-up-people.ts";

let folder: string;
const key = Buffer.from(Array.from({ length: 40 }, (_, i) => 251 - 5 * i));

const spec = {
  version: 1,
  encoding: "census and survey",
  tokens: {
    forename: "letters(forename)",
    surname: "letters(surname)",
    birth: "birth",
    postcode: "replace(postcode, ' ', '')",
    district: "district(postcode)",
    sound: ["soundex(surname)", "year(birth)"],
  },
  clks: {
    forename: "letters(forename)",
    surname: "letters(surname)",
    birth: [{ value: "digits(birth)", q: 1, positional: true }],
    postcode: "replace(postcode, ' ', '')",
  },
};

/** What each file calls the columns of the specification. */
const census = {
  forename: "PERNAME1",
  surname: "PERNAME2",
  birth: "DOB_YEAR || '-' || last('0' || DOB_MON, 2) || '-' || last('0' || DOB_DAY, 2)",
  postcode: "ENUMPC",
};
const survey = {
  surname: "lastname",
  birth: "date(date_of_birth, '%d/%m/%Y')",
  postcode: '"Post code"',
};

const files = {
  census: ["census.csv", "--id", "rid", ...columnsOf(census)],
  survey: ["Survey 2021.csv", "--id", "case_no", ...columnsOf(survey)],
};

function columnsOf(names: Readonly<Record<string, string>>): string[] {
  return Object.entries(names).flatMap(([name, text]) => ["--column", `${name}=${text}`]);
}

async function encode(file: readonly string[], out: string, ...more: readonly string[]) {
  const given = ["--spec", "encoding.yaml", "--key-file", "key", "--out", out];
  return await dars(folder, ["link", "encode", ...file, ...given, ...more]);
}

const rowsOf = async (file: string) => await query(`SELECT * FROM '${join(folder, file)}'`);

beforeAll(async () => {
  folder = await scratch("encode");
  await writeCensusAndSurvey(folder);
  await writeFile(join(folder, "encoding.yaml"), stringify(spec));
  await writeFile(join(folder, "key"), key, { mode: 0o600 });
  mustEnd(await encode(files.census, "census.parquet"), 0);
  mustEnd(await encode(files.survey, "survey.csv"), 0);
});

describe("dars link encode", () => {
  it("leaves the id as it is, and no other value: tokens of HMAC, and bit vectors", async () => {
    const rows = await rowsOf("census.parquet");
    expect(rows).toHaveLength(1500);
    const [first = {}] = rows;
    expect(Object.keys(first)).toEqual([
      "rid",
      ...Object.keys(spec.tokens).map((name) => `${name}_token`),
      ...Object.keys(spec.clks).map((name) => `${name}_clk`),
    ]);
    const text = await readFile(join(folder, "census.csv"), "utf8");
    const given = text
      .split("\n")
      .map((line) => line.split(","))
      .find(([rid]) => rid === first["rid"]);
    const token = (name: string, value: string) => {
      const info = lengthPrefixed("link/v1", "token", name);
      const own = hkdfSync("sha256", key, Buffer.from(spec.encoding), info, 32);
      return tokenText(createHmac("sha256", Buffer.from(own)).update(lengthPrefixed(name, value)).digest());
    };
    expect(first["surname_token"]).toBe(token("surname", given?.[2]?.toUpperCase() ?? ""));
    expect(first["district_token"]).toBe(token("district", given?.[6]?.split(" ")[0] ?? ""));
    const values = rows.flatMap(({ rid: _, ...row }) => Object.values(row));
    for (const clear of ["alice", "brian", ...(given ?? []).slice(1, 7).map((cell) => cell.toLowerCase())])
      expect(values.filter((value) => value?.toLowerCase() === clear)).toEqual([]);
  });

  it("orders records by their ids, whatever order the file was in", async () => {
    const text = await readFile(join(folder, "survey.csv"), "utf8");
    const ids = text
      .split("\n")
      .map((line) => line.split(",")[0])
      .slice(1, -1);
    expect(ids).toHaveLength(1000);
    expect(ids).toEqual([...ids].sort());
  });

  it("makes the same file again, on one thread or two, and another under another key or for another linkage", async () => {
    const made = async (out: string, more: readonly string[] = []) => {
      mustEnd(await encode(files.survey, out, ...more), 0);
      return await readFile(join(folder, out), "utf8");
    };
    const before = await readFile(join(folder, "survey.csv"), "utf8");
    expect(await made("again.csv", ["--threads", "1"])).toBe(before);
    await writeFile(join(folder, "other-key"), Buffer.from(key).reverse(), { mode: 0o600 });
    const other = await made("other-key.csv", ["--key-file", "other-key"]);
    await writeFile(join(folder, "other.yaml"), stringify({ ...spec, encoding: "another linkage" }));
    const linkage = await made("other-linkage.csv", ["--spec", "other.yaml"]);
    const tokens = (text: string) => new Set(text.match(/\b[0-9a-hjkmnp-tv-z]{26}\b/g));
    const known = tokens(before);
    expect(known.size).toBeGreaterThan(2000);
    for (const text of [other, linkage])
      expect([...tokens(text)].filter((token) => known.has(token))).toEqual([]);
  });

  it("makes the same of many records in threads side by side as in one", async () => {
    const lines = Array.from({ length: 60_000 }, (_, i) => `${i},n${(i * 7919) % 60_000}`);
    await writeFile(join(folder, "many.csv"), `id,name\n${lines.join("\n")}\n`);
    const few = { version: 1, encoding: "x", length: 256, tokens: { name: "name" }, clks: { name: "name" } };
    await writeFile(join(folder, "few.yaml"), stringify(few));
    for (const threads of ["1", "2"]) {
      const more = ["--spec", "few.yaml", "--threads", threads];
      mustEnd(await encode(["many.csv", "--id", "id"], `many-${threads}.csv`, ...more), 0);
    }
    const [one, two] = await Promise.all(
      ["1", "2"].map(async (threads) => await readFile(join(folder, `many-${threads}.csv`))),
    );
    expect(one?.equals(two as Buffer)).toBe(true);
  });

  it("says what the file does not protect from, and prints no key", async () => {
    const { stdout, stderr } = mustEnd(await encode(files.census, "told.parquet"), 0);
    expect(stdout).toContain("This is still personal data");
    expect(stdout).toMatch(/how\s+often/);
    expect(stdout).toContain("not hardened");
    const sidecar = await readFile(join(folder, "told.parquet.encoding.json"), "utf8");
    const { key: check, settings } = JSON.parse(sidecar) as { key: string; settings: string };
    expect(stdout).toContain(check);
    expect(stdout).toContain(settings);
    for (const secret of [key.toString("hex"), key.toString("base64"), key.toString("latin1")])
      expect(stdout + stderr + sidecar).not.toContain(secret);
    expect((await stat(join(folder, "told.parquet"))).mode & 0o077).toBe(0);
  });

  it("makes hardened vectors and samples of them", async () => {
    const hardened = {
      ...{ version: 1, encoding: "hard", length: 512 },
      clks: { person: ["forename", "surname", { value: "digits(birth)", q: 1, positional: true }] },
      hardening: { fold: true, balance: true, salt: "year(birth)", blip: 4 },
      samples: { person: { keys: 5, bits: 8 } },
    };
    await writeFile(join(folder, "hard.yaml"), stringify(hardened));
    mustEnd(await encode(files.census, "hard.csv", "--spec", "hard.yaml"), 0);
    const rows = await rowsOf("hard.csv");
    for (const { person_clk, person_keys } of rows) {
      expect(Buffer.from(person_clk ?? "", "base64")).toHaveLength(128);
      expect(person_keys).toMatch(/^0\.[0-9a-z]+(;[1-4]\.[0-9a-z]+){4}$/);
    }
    expect(new Set(rows.map((row) => row["person_clk"])).size).toBe(1500);
  });

  it.each([
    ["a key that is short", ["--key-file", "short"], 3, "link/key-unsafe"],
    ["a key that others may read", ["--key-file", "open"], 3, "link/key-unsafe"],
    ["a key that is not there", ["--key-file", "none"], 8, "link/key-missing"],
    ["a column that is not there", ["--column", "forename=PERNAME9"], 2, "spec/unknown-name"],
    ["an expression that is none", ["--column", "forename=upper("], 2, "spec/usage"],
    ["ids that repeat", ["--id", "DOB_YEAR"], 3, "link/id-not-unique"],
    ["a specification of nothing", ["--spec", "nothing.yaml"], 2, "spec/missing-key"],
    ["a specification with mistakes", ["--spec", "wrong.yaml"], 2, "spec/unknown-name"],
  ])("refuses %s", async (_, more, exit, code) => {
    await writeFile(join(folder, "short"), key.subarray(0, 31), { mode: 0o600 });
    await writeFile(join(folder, "open"), key, { mode: 0o600 });
    await chmod(join(folder, "open"), 0o644);
    await writeFile(join(folder, "nothing.yaml"), "version: 1\nencoding: x\n");
    await writeFile(join(folder, "wrong.yaml"), stringify({ ...spec, samples: { surnam: {} } }));
    const found = await encode(files.census, "refused.csv", ...more);
    expect(found.stderr).toContain(code);
    expect(found.exit).toBe(exit);
    await expect(stat(join(folder, "refused.csv"))).rejects.toThrow();
  });

  it("refuses to send NHS numbers as ids", async () => {
    const numbers = ["9434765919", "943 476 5870", "4010232137"];
    await writeFile(join(folder, "nhs.csv"), `id,forename\n${numbers.map((n) => `${n},Ann\n`).join("")}`);
    await writeFile(
      join(folder, "names.yaml"),
      stringify({ version: 1, encoding: "x", tokens: { forename: "forename" } }),
    );
    const { exit, stderr } = await encode(["nhs.csv", "--id", "id"], "nhs-out.csv", "--spec", "names.yaml");
    expect({ exit, stderr }).toMatchObject({ exit: 3, stderr: expect.stringContaining("link/clear-id") });
    expect(stderr).not.toMatch(/9434765919|4010232137/);
  });
});

/** A linkage of the encoded files. */
const encoded = {
  sources: {
    census: { file: "census.parquet", id: "rid" },
    survey: { file: "survey.csv", id: "case_no" },
  },
  comparisons: [
    ...["forename", "surname"].map((name) => ({
      comparison: name,
      levels: [
        { exact: `${name}_token`, term_frequency: true },
        { dice: `${name}_clk`, at_least: 0.75 },
        { dice: `${name}_clk`, at_least: 0.55 },
      ],
    })),
    {
      comparison: "birth",
      levels: [{ exact: "birth_token" }, { dice: "birth_clk", at_least: 0.85 }],
    },
    {
      comparison: "postcode",
      levels: [{ exact: "postcode_token", term_frequency: true }, { exact: "district_token" }],
    },
  ],
  blocking: [["birth_token"], ["surname_token", "forename_token"], ["sound_token"], ["postcode_token"]],
  training: { rules: [["birth_token"], ["surname_token", "forename_token"]] },
};

async function link(match: Readonly<Record<string, unknown>>, out: string) {
  const step = { id: "link", kind: "match", ...match };
  const pipeline = { version: 1, pipeline: "linkage", title: "Linkage", steps: [step] };
  await writeFile(join(folder, `${out}.yaml`), stringify(pipeline, { aliasDuplicateObjects: false }));
  return await dars(folder, ["link", "run", `${out}.yaml`, "--out", out]);
}

describe("a linkage of encoded files", () => {
  it.each([
    ["under another key", /another key/],
    ["with other settings", /other settings/],
    ["not at all", /no sidecar/],
    ["and changed since", /not the one/],
  ])("is refused where one was encoded %s", async (how, said) => {
    await writeFile(join(folder, "third-key"), Buffer.from(key).fill(9, 0, 9), { mode: 0o600 });
    await writeFile(join(folder, "longer.yaml"), stringify({ ...spec, length: 2048 }));
    const more: Readonly<Record<string, readonly string[]>> = {
      "under another key": ["--key-file", "third-key"],
      "with other settings": ["--spec", "longer.yaml"],
    };
    mustEnd(await encode(files.survey, "wrong.csv", ...(more[how] ?? [])), 0);
    if (how === "not at all") await rm(join(folder, "wrong.csv.encoding.json"));
    if (how === "and changed since") await writeFile(join(folder, "wrong.csv"), "case_no\n1\n");
    const sources = { ...encoded.sources, survey: { file: "wrong.csv", id: "case_no" } };
    const { exit, stderr } = await link({ ...encoded, sources }, "refused");
    expect(stderr).toMatch(said);
    expect(stderr).toContain("link/other-encoding");
    expect(exit).toBe(3);
  });
});
