import { join } from "node:path";
import { catalogue } from "../../src/catalogue/catalogue.ts";
import { hesApc } from "../../src/catalogue/hes-apc.ts";
import { ingestFile } from "../../src/engine/ingest/ingest-file.ts";
import { ingestWorkspace } from "../../src/engine/ingest/workspace.ts";
import { duckdb } from "../../src/sql/duckdb.ts";
import { differences } from "../compare.ts";
import { apcFileName } from "../england.ts";
import type { Bench, Made, Side, Suite } from "../suite.ts";
import { clock, prepareSupplier, scratchWorkspace, withSession } from "../workspace.ts";

/** Published values that are compared as text: keys, identifiers, dates, codes, numbers, the first and the last of a family. */
const compared = {
  content: [
    "EPIKEY",
    "FYEAR",
    "SUSRECID",
    "AEKEY",
    "ADMIDATE",
    "EPISTART",
    "EPIEND",
    "DISDATE",
    "ADMIMETH",
    "DIAG_4_01",
    "DIAG_4_20",
    "OPERTN_4_01",
    "PROCODE3",
    "MAINSPEF",
    "STARTAGE",
    "EPIDUR",
    "LSOA11",
  ],
  identity: ["NEWNHSNO", "DOB", "HOMEADD", "LOPATID", "SEX"],
} as const;

const ours: Side = async (bench) => {
  const file = join(bench.supplier, apcFileName);
  const workspace = scratchWorkspace(bench);
  const store = join(bench.scratch, "store");
  return async () => {
    const place = { ...ingestWorkspace(workspace, catalogue, clock.now), store };
    const { release } = await ingestFile({ file }, place);
    const path = (files: readonly { readonly path: string }[]) => join(store, files[0]?.path ?? "");
    return {
      rows: release.rows.in,
      files: { content: path(release.content), identity: path(release.identity) },
    };
  };
};

const yardstick: Side = async (bench) => {
  const shape = hesApc.shapes.find(({ fileName }) => fileName?.test(apcFileName));
  const columns = (shape?.columns ?? []).map((name) => `${duckdb.quoteText(name)}: 'VARCHAR'`).join(", ");
  const file = duckdb.quoteText(join(bench.supplier, apcFileName));
  const path = join(bench.scratch, "plain.parquet");
  const source = `read_csv(${file}, auto_detect = false, delim = '|', quote = '', escape = '', header = true, nullstr = '', columns = {${columns}})`;
  const text = `COPY (SELECT * FROM ${source}) TO ${duckdb.quoteText(path)} (FORMAT parquet, COMPRESSION zstd)`;
  return async () => {
    const rows = await withSession(bench, (session) => session.run("plain", text));
    return { rows, files: { plain: path } };
  };
};

async function compare(bench: Bench, left: Made, right: Made): Promise<string[]> {
  const text = (table: string, names: readonly string[]) =>
    names.map((name) => `CAST(${table}.${duckdb.quoteIdentifier(name)} AS VARCHAR)`).join(", ");
  const read = (path = "") => `read_parquet(${duckdb.quoteText(path)})`;
  const both = `SELECT ${text("c", compared.content)}, ${text("i", compared.identity)} FROM ${read(left.files["content"])} AS c JOIN ${read(left.files["identity"])} AS i ON i.record_id = c.record_id`;
  const plain = `SELECT ${text("p", compared.content)}, ${text("p", compared.identity)} FROM ${read(right.files["plain"])} AS p`;
  return await withSession(bench, (session) => differences(session, "published values", both, plain));
}

/** A year of admitted patient care into an empty store, against a bare copy of its text to Parquet. */
export const ingestSuite: Suite = {
  name: "ingest",
  prepare: prepareSupplier,
  works: [{ name: "HES APC year, checked, two zones", ours, yardstick, compare }],
};
