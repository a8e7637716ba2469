import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { catalogue } from "../src/catalogue/catalogue.ts";
import { dars, mustEnd, scratch } from "./dars.ts";
import { query } from "./files.ts";
import { writeGiven } from "./given.ts";
import { removeWorkspace } from "./workspace.ts";

/** Cells that break careless writers and readers. */
const cells = [
  "=1+1",
  "+44",
  "-1",
  "@SUM(A1)",
  "=cmd|'/C calc'!A0",
  "a,b",
  "a|b",
  'say "so"',
  '"',
  '""',
  "two\nlines",
  "\ttab",
  " blanks ",
  "it's; here",
  "\\",
  "\\N",
  "NULL",
  "é–漢",
  "0012",
  "1e5",
];

const quotedRow = (values: readonly string[]) =>
  values.map((v) => (/[",\n]/.test(v) ? `"${v.replaceAll('"', '""')}"` : v)).join(",");

/** A file of the artificial shape: one episode for each cell, which stands in a field that anything may stand in. */
function supplierFile(): string {
  const shape = catalogue
    .find((d) => d.id === "hes_apc")
    ?.shapes.find((s) => s.name === "hes-apc-artificial");
  if (shape === undefined) throw new Error("hes_apc has no artificial shape");
  const rows = cells.map((cell, i) => {
    const known: Readonly<Record<string, string>> = {
      FYEAR: "0102",
      EPIKEY: String(1000 + i),
      PSEUDO_HESID: `TEST${i}`,
      EPISTART: "2001-05-01",
      EPIEND: "2001-05-02",
      SITETRET: cell,
    };
    return quotedRow(shape.columns.map((name) => known[name] ?? ""));
  });
  return `${[shape.columns.join(","), ...rows].join("\n")}\n`;
}

/** Reads CSV by the letter of RFC 4180, so that writer and reader are not of one make. */
function parsed(text: string, delimiter: string): Record<string, string>[] {
  const rows: string[][] = [[]];
  const cell = new RegExp(
    `("(?:[^"]|"")*"|[^"\\n\\${delimiter}][^\\n\\${delimiter}]*|)(\\${delimiter}|\\r?\\n)`,
    "y",
  );
  for (let match = cell.exec(text); match !== null; match = cell.exec(text)) {
    const [, raw = "", end] = match;
    const value = raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw;
    rows.at(-1)?.push(value);
    if (end !== delimiter) rows.push([]);
  }
  const [header = [], ...records] = rows.slice(0, -1);
  return records.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i] ?? ""])));
}

describe("A cell that could break a CSV file", () => {
  it.each([",", "|"])(
    "comes out as it went in, in a file separated by %s and in Parquet",
    async (delimiter) => {
      const root = await scratch("csv");
      mustEnd(await dars(root, ["init", "."]), 0);
      await writeGiven(
        root,
        [{ dataSet: "hes_apc", year: "2001/02", fields: ["EPIKEY", "SITETRET", "EPISTART"] }],
        delimiter,
      );
      await writeFile(join(root, "artificial_hes_apc_0102.csv"), supplierFile());
      mustEnd(await dars(root, ["ingest", "artificial_hes_apc_0102.csv"]), 0);
      for (const name of ["identify-given", "extract-given"]) {
        mustEnd(await dars(root, ["run", `pipelines/${name}.yaml`]), 0);
      }
      mustEnd(await dars(root, ["verify", "deliveries/extract-given/0001"]), 0);
      const table = join(root, "deliveries/extract-given/0001/data/extract/HES_APC_2001_02");
      const csv = parsed(await readFile(`${table}.csv`, "utf8"), delimiter);
      const parquet = await query(`SELECT EPIKEY, SITETRET FROM read_parquet('${table}.parquet')`);
      expect(csv).toHaveLength(cells.length);
      for (const rows of [csv, parquet]) {
        const out = new Map(rows.map((row) => [row["EPIKEY"], row["SITETRET"]]));
        expect(cells.map((_, i) => out.get(String(1000 + i)))).toEqual(cells);
      }
      await removeWorkspace(root);
    },
  );
});
