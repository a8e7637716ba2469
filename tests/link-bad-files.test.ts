import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dars, mustEnd, scratch } from "./dars.ts";
import { query } from "./files.ts";

let folder = "";

const header = "ref,first name,surname,born";
const rows = [
  "r1,Ann,Stormzand,1970-01-02",
  "r2,Ann,Stormzand,1970-01-02",
  "r3,Zoë,Quillfeather,1981-05-06",
  "r4,Zoë,Quillfeather,1981-05-06",
];
const text = (lines: readonly string[], head = header) => `${[head, ...lines].join("\n")}\n`;

const linkage = (sources: string) => `version: 1
pipeline: linkage
title: Linkage
steps:
  - id: link
    kind: match
    sources:
      ${sources}
    comparisons:
      - comparison: name
        levels: [{ exact: '"first name"', m: 0.9, u: 0.1 }]
    blocking: [[surname]]
    lambda: 0.5
`;

async function link(sources: string, files: Readonly<Record<string, string | Buffer>>) {
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
  await writeFile(join(folder, "linkage.yaml"), linkage(sources));
  return await dars(folder, ["link", "run", "linkage.yaml", "--out", "out"]);
}

beforeAll(async () => {
  folder = await scratch("bad-files");
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

const latin = Buffer.from(text(rows), "latin1");
const cases: readonly (readonly [what: string, bytes: string | Buffer, told: RegExp])[] = [
  [
    "no header",
    text(rows.slice(1), rows[0]),
    /^linkage\.yaml:8:16 .* "clients" has 4 columns, and none [\s\S]*wrong-header/,
  ],
  [
    "an id of another name",
    text(rows, header.replace("ref", "key")),
    /^linkage\.yaml:8:35 .*no column "ref"/,
  ],
  ["CP1252", latin, /x\.csv:4 +column "first name" of this line holds bytes that are not utf-8\n.*cp1252/],
  ["a line cut short", text([...rows, "r5,Bea"]), /x\.csv:6 +the line ends before column "surname"\n/],
  ["an open quote", text([`r0,"Bea,Fox,1999-01-01`, ...rows]), /x\.csv:2 +a quote in column "first name"/],
];

describe("A file of records with", () => {
  it.each(cases)("%s is refused, where and what to do, and no value is told", async (_, bytes, told) => {
    const { exit, stderr } = await link("clients: { file: x.csv, id: ref }", { "x.csv": bytes });
    const words = stderr.replace(/^link: .*\n/gm, "");
    expect(words).toMatch(told);
    expect(words).toMatch(/\n {2}fix: .+\n {2}code: [a-z]+\/[a-z-]+\n$/);
    expect(words).not.toMatch(/Stormzand|Quillfeather|Zo|Bea|1970|r1\b/);
    expect(exit).toBe(words.includes("linkage.yaml") ? 2 : 3);
  });
});

it("A file in CP1252 whose source says so has the characters of one in UTF-8", async () => {
  const sources = `old: { file: old.csv, id: ref, encoding: cp1252 }
      new: { file: new.csv, id: ref }`;
  mustEnd(await link(sources, { "old.csv": latin, "new.csv": text(rows.slice(2)) }), 0);
  const found = await query(
    `SELECT id_l, id_r, match_weight > 0 AS same FROM read_parquet('${join(folder, "out", "links.parquet")}') ORDER BY ALL`,
  );
  expect(found).toEqual([
    { id_l: "r3", id_r: "r3", same: "true" },
    { id_l: "r4", id_r: "r4", same: "true" },
  ]);
});
