import { chmod, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { IngestRequest } from "../src/engine/ingest/ingest-request.ts";
import { csv, header, Lab, refusalOf, row } from "./ingest-lab.ts";

/** Identifiers planted in every bad file. No message may hold one. */
const planted = ["9434765919", "PLANTEDNAME", "1950-02-03"];
const person = { NHSNO: "9434765919", NOTE: "PLANTEDNAME" };
const good = csv(row("a", person), row("b", person));

interface BadFile {
  readonly what: string;
  readonly code: string;
  readonly content: string | Uint8Array;
  readonly says?: string;
  readonly name?: string;
  readonly options?: Omit<IngestRequest, "file">;
  readonly exit?: number;
}

const latin = (text: string) => Buffer.from(text, "latin1");
const renamed = (...names: readonly string[]) => good.replace(header, names.join(","));
const names = header.split(",");
const swapped = names.map((n) => (n === "SEX" ? "NOTE" : n === "NOTE" ? "SEX" : n));

const badFiles: readonly BadFile[] = [
  { what: "no byte", code: "ingest/empty-file", content: "" },
  { what: "a header alone", code: "ingest/no-records", content: `${header}\n` },
  { what: "a header alone without line end", code: "ingest/no-records", content: header },
  {
    what: "a repeated column",
    code: "ingest/wrong-header",
    content: renamed(...names.map((n) => (n === "NOTE" ? "SEX" : n))),
    says: 'at column 6: expected NOTE, found "SEX" (a repeated column)',
  },
  {
    what: "an unknown column",
    code: "ingest/wrong-header",
    content: renamed(...names.slice(0, 3), "EXTRA", ...names.slice(3)),
    says: 'at column 4: expected DOB, found "EXTRA" (an unknown column)',
  },
  {
    what: "a missing column",
    code: "ingest/wrong-header",
    content: renamed(...names.filter((n) => n !== "SEX")),
    says: 'at column 5: expected SEX, found "NOTE" (a missing column)',
  },
  {
    what: "columns in another order",
    code: "ingest/wrong-header",
    content: renamed(...swapped),
    says: "(columns in another order)",
  },
  {
    what: "too few columns",
    code: "ingest/wrong-header",
    content: renamed(...names.slice(0, -1)),
    says: "found the end of the line (1 columns are missing at the end)",
  },
  {
    what: "small letters in its header",
    code: "ingest/wrong-header",
    content: good.replace(header, header.toLowerCase()),
    says: "(capitals or blanks differ)",
  },
  {
    what: "an unknown name with control characters, too long",
    code: "ingest/wrong-header",
    content: renamed(...names.slice(0, 3), `\x1b[2J${"x".repeat(100)}`, ...names.slice(4)),
    says: `found "\\x1b[2J${"x".repeat(60)}…"`,
  },
  { what: "no header", code: "ingest/wrong-header", content: `${row("a", person)}\n${row("b", person)}\n` },
  {
    what: "another delimiter",
    code: "ingest/wrong-delimiter",
    content: good.replaceAll(",", ";"),
    says: "separated by semicolons",
    options: { shape: "visits-csv" },
  },
  {
    what: "an ambiguous header",
    code: "ingest/wrong-delimiter",
    content: good.replaceAll(",", "\t"),
    says: "separated by tabs",
  },
  { what: "a byte order mark", code: "ingest/byte-order-mark", content: `\ufeff${good}` },
  { what: "UTF-16", code: "ingest/byte-order-mark", content: Buffer.from(`\ufeff${good}`, "utf16le") },
  { what: "a packed file", code: "ingest/not-text", content: latin(`\x1f\x8b${good}`) },
  {
    what: "a NUL",
    code: "ingest/nul-byte",
    content: csv(row("a", person), row("b\0", person)),
    says: ":3  ",
  },
  {
    what: "bytes that are not UTF-8",
    code: "ingest/wrong-encoding",
    content: latin(csv(row("a", person), row("b", { NOTE: "PLANTEDNAME \xe9" }))),
    says: ":3  ",
  },
  {
    what: "a byte that CP1252 does not have",
    code: "ingest/wrong-encoding",
    content: latin(csv(row("a", { NOTE: "PLANTEDNAME \x9d" }))),
    options: { encoding: "cp1252" },
  },
  {
    what: "a byte that Latin-1 does not have",
    code: "ingest/wrong-encoding",
    content: latin(csv(row("a", { NOTE: "PLANTEDNAME \x92" }))),
    options: { encoding: "latin-1" },
  },
  { what: "a cut last line", code: "ingest/truncated", content: `${good}2324,c,9434765919` },
  {
    what: "no trailer",
    code: "ingest/truncated",
    content: `${names.slice(1).join("|")}\na|9434765919|19500203|2|PLANTEDNAME|||||||\n`,
    options: { shape: "visits-counted" },
  },
  {
    what: "an open quotation mark",
    code: "ingest/unterminated-quote",
    content: csv(row("a", person), row("b", { NOTE: '"PLANTEDNAME' }), row("c", person)),
    says: ":3  ",
  },
  { what: "another count than stated", code: "ingest/record-count", content: good, options: { records: 3 } },
  {
    what: "another count, and bad rows",
    code: "ingest/record-count",
    content: `${good}x\n`,
    options: { records: 2 },
  },
  {
    what: "another year in its name",
    code: "ingest/period-contradiction",
    content: good,
    name: "visits_2223.csv",
    says: "the name says 2022/23, the rows say 2023/24",
  },
  {
    what: "two years in its rows",
    code: "ingest/period-contradiction",
    content: csv(row("a", person), row("b", { FYEAR: "2223" })),
    says: "the rows say 2022/23 and 2023/24",
  },
  {
    what: "another year than stated",
    code: "ingest/period-contradiction",
    content: good,
    options: { period: "2022/23" },
  },
  {
    what: "no period",
    code: "ingest/no-period",
    content: `${names.slice(1).join("|")}\na|9434765919|19500203|2|PLANTEDNAME||||||\nCOUNT|1\n`,
    name: "x.txt",
  },
  { what: "a period that is none", code: "spec/usage", content: good, options: { period: "2023" }, exit: 2 },
  {
    what: "an unknown shape",
    code: "spec/unknown-name",
    content: good,
    options: { shape: "visit" },
    exit: 2,
  },
  {
    what: "an unknown data set",
    code: "spec/unknown-name",
    content: good,
    options: { dataSet: "x" },
    exit: 2,
  },
  {
    what: "too many bad rows",
    code: "ingest/too-many-rejects",
    content: csv(...["a", "b", "c", "d"].map((k) => row(k, { ...person, AGE: "PLANTEDNAME" }))),
    says: "TYPE-INTEGER AGE ×4",
  },
  {
    what: "too many broken rows",
    code: "ingest/too-many-rejects",
    content: csv(row("a", person), ...Array.from({ length: 5 }, () => "9434765919,PLANTEDNAME")),
    says: "ROW-FIELDS (whole row) ×5",
  },
];

describe("a bad file", () => {
  it.each(badFiles)(
    "with $what is refused whole: $code",
    async ({ content, code, says, name, options, exit }) => {
      const lab = await Lab.open();
      const refusal = await lab.refused(name ?? "visits_2324.csv", content, options);
      expect(refusal.diagnostics.map((d) => d.code)).toEqual([code]);
      expect(refusal.exitCode).toBe(exit ?? 3);
      if (says !== undefined) expect(refusal.message).toContain(says);
      const told = `${refusal.message} ${JSON.stringify(refusal.diagnostics)} ${refusal.stack}`;
      for (const secret of planted) expect(told).not.toContain(secret);
      expect(await storeFiles(lab)).toEqual([]);
    },
  );

  it("with a side file of another count is refused", async () => {
    const lab = await Lab.open();
    await lab.write("visits_2324.csv.count", "3\n");
    const refusal = await lab.refused("visits_2324.csv", good);
    expect(refusal.message).toContain("visits_2324.csv.count declares 3 records, and the file has 2");
    await lab.write("visits_2324.csv.count", "many\n");
    expect((await lab.refused("visits_2324.csv", good)).diagnostics[0]?.code).toBe("ingest/bad-count");
  });

  it("that is a directory is refused, one that is missing is a missing input", async () => {
    const lab = await Lab.open();
    const folder = await refusalOf(lab.ingest(lab.folder));
    expect([folder.diagnostics[0]?.code, folder.exitCode]).toEqual(["ingest/not-a-file", 3]);
    const missing = await refusalOf(lab.ingest(join(lab.folder, "none.csv")));
    expect([missing.diagnostics[0]?.code, missing.exitCode]).toEqual(["ingest/missing-file", 8]);
  });

  it.skipIf(process.getuid?.() === 0)("that may not be read is a missing input", async () => {
    const lab = await Lab.open();
    const file = await lab.write("visits_2324.csv", good);
    await chmod(file, 0);
    const refusal = await refusalOf(lab.ingest(file));
    expect([refusal.diagnostics[0]?.code, refusal.exitCode]).toEqual(["ingest/unreadable", 8]);
  });

  it("leaves what the store already holds as it was", async () => {
    const lab = await Lab.open();
    await lab.take("visits_2324.csv", good);
    const before = await storeFiles(lab);
    await lab.refused("visits_2324.csv", `${good}${row("a")}\n`.replaceAll("2324", "2425"));
    expect(await storeFiles(lab)).toEqual(before);
  });
});

describe("what a dead ingest left", () => {
  it("is removed by the next one: staged files, and folders that no release commits", async () => {
    const lab = await Lab.open();
    for (const folder of ["staging/dead", "content/other/000001", "identity/visits/000001"]) {
      await mkdir(join(lab.store, folder), { recursive: true });
      await writeFile(join(lab.store, folder, "part.parquet"), "litter");
    }
    const { release } = await lab.take("visits_2324.csv", good);
    expect(release.number).toBe(1);
    expect(await storeFiles(lab)).toEqual([
      "content/visits/000001/part.parquet",
      "identity/visits/000001/part.parquet",
      "releases/visits/000001.json",
    ]);
  });
});

async function storeFiles(lab: Lab): Promise<string[]> {
  const found = await readdir(lab.store, { recursive: true, withFileTypes: true }).catch(() => []);
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(lab.store.length + 1))
    .sort();
}
