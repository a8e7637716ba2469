import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, extname, join, resolve } from "node:path";
import { nearest, Refusal, refuse } from "../../base/diagnostics.ts";
import { cleanNhsNumberSql, tenDigitsSql } from "../../model/identity-sql.ts";
import { bitsOfClk } from "../../model/linkage/encode/clk-plan.ts";
import { columnsOfExpression, parseExpression } from "../../model/linkage/expression/expression.ts";
import { compileExpression } from "../../model/linkage/expression/expression-sql.ts";
import type { RecordFile } from "../../plan/resolve-inputs.ts";
import { duckdb } from "../../sql/duckdb.ts";
import { print } from "../../sql/print.ts";
import { ident, sql } from "../../sql/sql.ts";
import { ownText, textIn } from "../../steps/match/compile-records.ts";
import { type EncodedValue, type EncodingSpec, parseEncoding } from "../../steps/match/encoding-spec.ts";
import { publish, sha256File, syncFile } from "../durable.ts";
import { type EngineBounds, engineBounds } from "../engine-bounds.ts";
import { idText } from "../host/token-lines.ts";
import { openScan } from "../operations.ts";
import { detectDelimiter, readRecordFile } from "../record-file.ts";
import { readText } from "../run/load-pipeline.ts";
import { databaseBytes, Session } from "../session.ts";
import { clkTable, type EncodingWork, tokenTable } from "./encoded-columns.ts";
import { type LinkKey, linkKey } from "./link-key.ts";
import { type Sidecar, sidecarOf } from "./sidecar.ts";

export interface EncodeRequest extends EngineBounds {
  /** CSV or Parquet. */
  readonly file: string;
  /** The column that names each record; it alone stays as it is. */
  readonly id: string;
  /** The encoding's specification. */
  readonly spec: string;
  readonly keyFile: string;
  /** The encoded file: Parquet where its name ends so, else CSV. */
  readonly out: string;
  /** Columns of the specification that this file names or writes otherwise: expressions over its own columns. */
  readonly columns?: Readonly<Record<string, string>>;
}

/** What was written, and the specification that it was written by. */
export interface Encoded {
  readonly files: readonly string[];
  readonly sidecar: Sidecar;
  readonly spec: EncodingSpec;
}

/**
 * Encodes a file's names and dates, so that it can be linked without them: tokens and CLKs under a key that the parties
 * of the linkage share, and the records' ids. Its records stand in the order of their ids.
 *
 * Columns are read in capitals and without accents.
 * Errors: those of the specification; spec/unknown-name for a column that is not there; link/unreadable-file,
 * link/key-missing, link/key-unsafe, link/id-not-unique, link/clear-id.
 */
export async function encodeFile(request: EncodeRequest): Promise<Encoded> {
  const { value: spec, diagnostics } = parseEncoding(await readText(request.spec), request.spec);
  if (spec === undefined) throw new Refusal(diagnostics);
  const delimiter = await detectDelimiter(request.file);
  const records = await readRecordFile(request.file, { delimiter });
  if (records === undefined)
    return refuse("spec/unreadable", { file: request.file }, { reason: "there is no such file" });
  checkColumns(request, spec, records);
  const key = await linkKey(request.keyFile, spec.encoding);
  const { threads, memoryBytes } = engineBounds(request);
  const folder = await mkdtemp(join(tmpdir(), "dars-encode-"));
  const session = await Session.open({
    threads,
    memoryBytes: databaseBytes(memoryBytes),
    spillFolder: folder,
  });
  try {
    const files = [{ path: records.path, columns: records.columns.map(({ name }) => name) }];
    await openScan(session, {
      relation: { name: "source", columns: records.columns },
      files,
      ...(records.format === "csv" ? { delimiter } : { bytes: records.bytes, lists: records.lists }),
    });
    await checkIds(session, request);
    await session.run("given", `CREATE TABLE given AS ${givenText(request, spec)}`);
    const work = { session, key, threads, folder };
    const made = await encodeColumns(work, spec);
    return await write(work, request, spec, made);
  } finally {
    key.close();
    session.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Every value that an encoding looks at. */
function valuesOf({ tokens, clks, salt }: EncodingSpec): EncodedValue[] {
  return [...[...tokens, ...clks].flatMap(({ values }) => values), ...(salt === undefined ? [] : [salt])];
}

/** Errors: spec/unknown-name, spec/usage. */
function checkColumns(
  { file, id, columns = {} }: EncodeRequest,
  spec: EncodingSpec,
  records: RecordFile,
): void {
  const known = records.columns.map(({ name }) => name);
  const wanted = new Set([id]);
  for (const [name, text] of Object.entries(columns)) {
    const { expression, problem } = parseExpression(text);
    if (expression === undefined) {
      const detail = `${name}: ${problem}`;
      refuse("spec/usage", { file: "--column" }, { detail, fix: "write --column NAME=EXPRESSION" });
    }
    for (const base of columnsOfExpression(expression)) wanted.add(base);
  }
  for (const { expression } of valuesOf(spec))
    for (const base of columnsOfExpression(expression)) if (!Object.hasOwn(columns, base)) wanted.add(base);
  for (const name of wanted) {
    if (known.includes(name)) continue;
    refuse("spec/unknown-name", { file }, { what: "column", name, near: nearest(name, known), known });
  }
}

/** Errors: link/id-not-unique, link/clear-id. */
async function checkIds(session: Session, { id, file }: EncodeRequest): Promise<void> {
  const number = cleanNhsNumberSql(ident("plain"), ident("digits"));
  const digits = tenDigitsSql(ident("plain"));
  const query = sql`SELECT count(*) AS records, count(*) - count(plain) AS missing,
  count(plain) - count(DISTINCT plain) AS repeated, count(${number}) AS numbers
FROM (SELECT plain, ${digits} AS digits
FROM (SELECT ${ownText(id)} AS plain FROM source) AS t) AS u`;
  const row = await session.row("ids", print(query, duckdb));
  const [records = 0, missing = 0, repeated = 0, numbers = 0] = Object.values(row).map(Number);
  if (missing + repeated > 0) refuse("link/id-not-unique", { file }, { column: id, missing, repeated });
  if (numbers > records / 2) refuse("link/clear-id", { file }, { column: id });
}

const quoted = duckdb.quoteIdentifier;

/**
 * The text of a table of all records: id, and what each token and CLK is made of, as one text. A token of several values
 * is made of all of them, each after its length, and missing where one is.
 */
function givenText({ id, columns = {} }: EncodeRequest, spec: EncodingSpec): string {
  const values = valuesOf(spec);
  const names = new Map([...new Set(values.map(({ text }) => text))].map((text, i) => [text, `v${i}`]));
  const named = ({ text }: EncodedValue) => names.get(text) as string;
  const plain = (column: string) => sql`upper(strip_accents(${textIn({ columns: { ...columns } }, column)}))`;
  const inner = [...names].map(([text, name]) => {
    const { expression } = values.find((its) => its.text === text) as EncodedValue;
    return `${print(compileExpression(expression, plain), duckdb)} AS ${name}`;
  });
  const tokens = spec.tokens.map((token, i) => {
    const its = token.values.map(named);
    if (its.length === 1) return `${its[0]} AS t${i}`;
    return `CASE WHEN ${its.map((v) => `${v} IS NOT NULL`).join(" AND ")} THEN ${idText(its)} END AS t${i}`;
  });
  const clks = spec.clks.map((clk, i) => {
    const salt = spec.salt === undefined ? "':'" : idText([named(spec.salt)]);
    const noise = clk.plan.blip === undefined ? "':'" : idText(["CAST(id AS VARCHAR)"]);
    return `${idText(clk.values.map(named))} || ${salt} || ${noise} AS c${i}`;
  });
  return `SELECT ${["id", ...tokens, ...clks].join(", ")}
FROM (SELECT ${[`${quoted(id)} AS id`, ...inner].join(", ")} FROM source)`;
}

/** A column of the encoded file, and the text that gives it. */
interface MadeColumn {
  readonly name: string;
  readonly from: string;
  readonly value: string;
  readonly its: Sidecar["columns"][string];
}

async function encodeColumns(work: EncodingWork, spec: EncodingSpec): Promise<MadeColumn[]> {
  const columns: MadeColumn[] = [];
  for (const [i, token] of spec.tokens.entries()) {
    await tokenTable(work, `t${i}`, token);
    const of = token.values.map(({ text }) => text);
    columns.push({ name: `${token.name}_token`, from: `t${i}`, value: "token", its: { kind: "token", of } });
  }
  for (const [i, clk] of spec.clks.entries()) {
    await clkTable(work, `c${i}`, clk);
    const of = clk.values.map(({ text }) => text);
    const bits = bitsOfClk(clk.plan);
    columns.push({ name: `${clk.name}_clk`, from: `c${i}`, value: "clk", its: { kind: "clk", of, bits } });
    if (clk.plan.samples === undefined) continue;
    columns.push({ name: `${clk.name}_keys`, from: `c${i}`, value: "keys", its: { kind: "keys", of } });
  }
  return columns;
}

async function write(
  { session, key }: EncodingWork & { readonly key: LinkKey },
  { id, out }: EncodeRequest,
  spec: EncodingSpec,
  made: readonly MadeColumn[],
): Promise<Encoded> {
  const isParquet = extname(out).toLowerCase() === ".parquet";
  const columns = made.map(({ name, from, value }) => {
    const text = `${from}_made.${value}`;
    return `${value === "clk" && isParquet ? `from_base64(${text})` : text} AS ${quoted(name)}`;
  });
  const tables = [...new Set(made.map(({ from }) => from))].map(
    (from) => `LEFT JOIN ${from}_made ON ${from}_made.value = given.${from}`,
  );
  const query = `SELECT ${[`given.id AS ${quoted(id)}`, ...columns].join(", ")} FROM given ${tables.join(" ")} ORDER BY given.id`;
  const staged = (file: string) => join(dirname(resolve(file)), `.${basename(file)}.${process.pid}`);
  const format = isParquet ? "FORMAT parquet, COMPRESSION zstd" : "FORMAT csv, HEADER true";
  const records = await session.run("out", `COPY (${query}) TO ${duckdb.quoteText(staged(out))} (${format})`);
  const sidecar: Sidecar = {
    format: "dars-encoding",
    version: 1,
    encoding: spec.encoding,
    settings: spec.settings,
    key: key.check(spec.settings),
    sha256: await sha256File(staged(out)),
    records,
    columns: {
      [id]: { kind: "id", of: [] },
      ...Object.fromEntries(made.map(({ name, its }) => [name, its])),
    },
  };
  const beside = sidecarOf(out);
  await writeFile(staged(beside), `${JSON.stringify(sidecar, undefined, 2)}\n`);
  for (const file of [out, beside]) {
    await chmod(staged(file), 0o600);
    await syncFile(staged(file));
    await publish(staged(file), resolve(file));
  }
  return { files: [out, beside], sidecar, spec };
}
