import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { dars, mustEnd } from "./dars.ts";
import { qualityOfClusters } from "./linked-files.ts";

/** Numbers from 0 to 1 that are the same in every run. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const forenames =
  "Alice Brian Chloe Derek Emma Farid Grace Harun Isla Jonas Kofi Leila Mohan Nadia Oscar Priya".split(" ");
const parts = "ash bel cart dun eld far gil hart ing jar kel lang mor nor oak pres quil rad sher thor".split(
  " ",
);
const ends = "by don ford ham ley man son ton well wick".split(" ");

interface Person {
  readonly first: string;
  readonly last: string;
  readonly day: readonly [number, number, number];
  readonly postcode: string;
}

function people(n: number): Person[] {
  const next = chance(7);
  const among = <T>(values: readonly T[]) => values[Math.floor(next() * values.length)] as T;
  return Array.from({ length: n }, () => ({
    first: among(forenames),
    last: `${among(parts)}${among(ends)}`,
    day: [1930 + Math.floor(next() * 80), 1 + Math.floor(next() * 12), 1 + Math.floor(next() * 28)] as const,
    postcode: `${among(["LS", "BD", "HX"])}${1 + Math.floor(next() * 20)} ${Math.floor(next() * 9)}${among(["AB", "CD", "EF"])}`,
  }));
}

const two = (n: number) => String(n).padStart(2, "0");

/** A typing error in every tenth text. */
function typed(text: string, next: () => number): string {
  if (next() > 0.1) return text;
  const at = Math.floor(next() * text.length);
  return `${text.slice(0, at)}x${text.slice(at + 1)}`;
}

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dars-suggest-"));
  const next = chance(11);
  const all = people(1500);
  const census = all.map(({ first, last, day: [y, m, d], postcode }, i) =>
    [`c${i}`, first, last, y, m, d, postcode, `p${i}`].join(","),
  );
  const survey = all
    .map(({ first, last, day: [y, m, d], postcode }, i) =>
      [`p${i}`, postcode, `${two(d)}/${two(m)}/${y}`, typed(last, next), typed(first, next), 9000 + i].join(
        ";",
      ),
    )
    .filter((_, i) => i % 3 > 0);
  await writeFile(
    join(folder, "census.csv"),
    `rid,PERNAME1,PERNAME2,DOB_YEAR,DOB_MON,DOB_DAY,ENUMPC,person_id\n${census.join("\n")}\n`,
  );
  await writeFile(
    join(folder, "Survey 2021.csv"),
    `person_id;Post code;date_of_birth;lastname;forename;case_no\n${survey.reverse().join("\n")}\n`,
  );
});

describe("dars link suggest", () => {
  it("links two files whose columns have other names, dates and signs, and does not look at the truth", async () => {
    const { stdout } = mustEnd(
      await dars(folder, [
        ...["link", "suggest", "census.csv", "Survey 2021.csv"],
        ...["--id", "census.csv=rid", "--id", "case_no"],
      ]),
      0,
    );
    expect(stdout).not.toContain("person_id");
    await writeFile(join(folder, "linkage.yaml"), stdout);
    mustEnd(await dars(folder, ["link", "run", "linkage.yaml", "--out", "out"]), 0);
    const csv = (name: string) => `read_csv('${join(folder, name)}', all_varchar = true)`;
    const found = await qualityOfClusters(join(folder, "out"), {
      census: { source: csv("census.csv"), id: "rid", person: "person_id" },
      survey_2021: { source: csv("Survey 2021.csv"), id: "case_no", person: "person_id" },
    });
    expect(found.pairs.wanted).toBe(1000);
    expect(found.pairs.f1).toBeGreaterThan(0.98);
  });

  it("proposes clusters for one file", async () => {
    const { stdout } = mustEnd(await dars(folder, ["link", "suggest", "census.csv", "--id", "rid"]), 0);
    expect(stdout).toContain("links: clusters");
    expect(stdout).not.toContain("compare:");
  });

  it("refuses an id that is no column, a file that is not there, and a file without an id", async () => {
    const wrong = await dars(folder, ["link", "suggest", "census.csv", "--id", "ridd"]);
    expect(wrong.exit).not.toBe(0);
    expect(wrong.stderr).toMatch(/rid/);
    const absent = await dars(folder, ["link", "suggest", "nothing.csv", "--id", "rid"]);
    expect(absent.exit).not.toBe(0);
    expect(absent.stderr).toContain("nothing.csv");
    const open = await dars(folder, [
      "link",
      "suggest",
      "census.csv",
      "Survey 2021.csv",
      "--id",
      "census.csv=rid",
    ]);
    expect(open.exit).toBe(2);
    expect(open.stderr).toContain("--id");
  });

  it("refuses a file of which nothing can be compared", async () => {
    await writeFile(join(folder, "numbers.csv"), "key,record\n1,2\n2,2\n");
    const { exit, stderr } = await dars(folder, ["link", "suggest", "numbers.csv", "--id", "key"]);
    expect(exit).not.toBe(0);
    expect(stderr).toContain("link/nothing-to-compare");
  });
});
