import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { dars, type Outcome } from "./dars.ts";

let folder: string;

const header = "id,first,last,dob,sex,blank,one";
const row = (i: number) =>
  `${i},${["Ann", "Bob", "Cara", "Dev"][i % 4]},${["Smith", "Jones", "Khan"][i % 3]},19${50 + (i % 40)}-0${1 + (i % 9)}-1${i % 9},${"FM"[i % 2]},,x`;
const rows = Array.from({ length: 120 }, (_, i) => row(i));
const csv = (...lines: readonly string[]) => `${lines.join("\n")}\n`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dars-bad-"));
  const files: Readonly<Record<string, string | Buffer>> = {
    "a.csv": csv(header, ...rows),
    "twice.csv": csv(header, ...rows, row(5)),
    "empty.csv": csv(header),
    "latin.csv": Buffer.from(csv(header, ...rows, "900,Zo\u00eb,Bront\u00eb,1990-01-01,F,,x"), "latin1"),
    "bare.csv": csv("1,Ann,Smith", "2,Bob,Jones"),
    "cut.parquet": "PAR1 and no more",
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
});

const dob = { comparison: "birth", levels: [{ exact: "dob" }, { years: "dob", at_most: 1 }] };
const first = { comparison: "first", levels: [{ exact: "first", term_frequency: true }] };
const plain = {
  comparisons: [first, dob],
  blocking: [["last", "sex"], ["dob"]],
  training: { rules: [["last"], ["dob"]] },
};

/** Links a file by a specification that is plain but for what is given. */
async function link(file: string, changes: object = {}, id = "id"): Promise<Outcome> {
  const step = { id: "link", kind: "match", sources: { a: { file, id } }, ...plain, ...changes };
  const text = JSON.stringify({ version: 1, pipeline: "p", title: "t", steps: [step] }, undefined, 1);
  await writeFile(join(folder, "linkage.yaml"), text);
  return await dars(folder, ["link", "run", "linkage.yaml", "--out", "out"]);
}

const against = (level: object) => ({ comparisons: [dob, { comparison: "c", levels: [level] }] });

describe("dars link run", () => {
  it.each([
    [
      "a column that is not there",
      "a.csv",
      against({ exact: "firstt" }),
      "link/unknown-column",
      /linkage\.yaml:\d+:\d+ .*firstt/,
    ],
    [
      "dates that are none",
      "a.csv",
      against({ days: "first", at_most: 3 }),
      "link/wrong-type",
      /"first" is compared as dates/,
    ],
    [
      "numbers that are none",
      "a.csv",
      against({ difference: "last", at_most: 3 }),
      "link/wrong-type",
      /"last" is compared as numbers/,
    ],
    [
      "a column without a value",
      "a.csv",
      against({ exact: "blank" }),
      "link/no-values",
      /linkage\.yaml:\d+:\d+ .*"blank"/,
    ],
    ["a rule over a column without a value", "a.csv", { blocking: [["blank"]] }, "link/no-values", /"blank"/],
    [
      "a share of matches above 1",
      "a.csv",
      { training: { rules: [["last"]], lambda: { rules: [["sex"]], recall: 0.001 } } },
      "link/lambda",
      /linkage\.yaml:\d+:\d+ .*recall/,
    ],
    ["two records of one id", "twice.csv", {}, "link/repeated-ids", /"a" has 1 record with an id/],
    ["a source without records", "empty.csv", {}, "link/no-records", /"a" has no record/],
    ["a file that is not in UTF-8", "latin.csv", {}, "link/wrong-encoding", /latin\.csv:122/],
    ["a file without a header", "bare.csv", {}, "link/wrong-header", /has 3 columns/],
    ["a file that is cut off", "cut.parquet", {}, "link/unreadable-file", /cut\.parquet/],
    ["a file that is not there", "none.csv", {}, "spec/unreadable", /none\.csv/],
    [
      "a rule that brings too many together",
      "a.csv",
      { blocking: [["dob"], ["sex"]], blocking_limit: 2000 },
      "link/runaway-rule",
      /linkage\.yaml:\d+:\d+ .*rule "sex" brings 3,540 pairs together, .* 60 records\n.*add a column to it: "first" \(1,740 pairs then\); or/,
    ],
    [
      "a rule that could do with a column only as another rule has it",
      "a.csv",
      { blocking: [["first", "sex"], ["sex"]], blocking_limit: 2000 },
      "link/runaway-rule",
      /rule "sex" brings 3,540 pairs together, .*\n.*fix: take the rule out/,
    ],
    [
      "an expression that is none",
      "a.csv",
      against({ exact: "substr(first" }),
      "link/bad-expression",
      /linkage\.yaml:\d+:\d+/,
    ],
  ])("refuses %s, with its place and what to do", async (_, file, changes, code, told) => {
    const { exit, stderr } = await link(file, changes);
    expect(stderr).toContain(`code: ${code}`);
    expect(stderr).toMatch(told);
    expect(stderr).toContain("fix: ");
    expect(stderr).not.toContain("bug");
    expect([2, 3, 8]).toContain(exit);
  });

  it("counts what each rule brings together before a pair is looked at, and warns of one that brings none", async () => {
    const { exit, stdout, stderr } = await link("a.csv", { blocking: [["dob"], ["sex"], ["first", "id"]] });
    expect(exit).toBe(0);
    expect(stderr).toContain("blocking rule sex: 3,540 pairs, 60 records in its largest block");
    expect(stderr.indexOf("blocking rule sex")).toBeLessThan(stderr.indexOf("iterations"));
    expect(stdout).toMatch(/warning: blocking rule "first \+ id" brings no two records together/);
  });

  it("refuses records without an id", async () => {
    const { exit, stderr } = await link("a.csv", {}, "blank");
    expect({ exit, told: stderr.includes("link/no-ids") }).toEqual({ exit: 3, told: true });
  });

  it("warns of a column with one value, and of what training could not learn; the report keeps it", async () => {
    const changes = {
      ...against({ exact: "one" }),
      training: { rules: [["dob"], ["first", "last", "dob"]] },
    };
    const { exit, stdout } = await link("a.csv", changes);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/warning: all records with a value have the same one in "one"/);
    expect(stdout).toMatch(/warning: no training rule leaves comparison "birth" to be learned/);
    const report = JSON.parse(await readFile(join(folder, "out", "report.json"), "utf8")) as {
      warnings: string[];
    };
    expect(report.warnings.length).toBeGreaterThanOrEqual(2);
    expect(await readFile(join(folder, "out", "report.html"), "utf8")).toContain("the same one in");
  });
});
