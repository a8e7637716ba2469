import { join } from "node:path";
import { InvariantError } from "../../base/diagnostics.ts";
import { duckdb } from "../../sql/duckdb.ts";
import type { EncodedClk, EncodedToken } from "../../steps/match/encoding-spec.ts";
import { idText, makeTokens, noToken } from "../host/token-lines.ts";
import { inThread } from "../host/token-thread.ts";
import type { Session } from "../session.ts";
import { makeClks } from "./clk-lines.ts";
import { clksInThread } from "./clk-thread.ts";
import type { LinkKey } from "./link-key.ts";

/** What the columns of an encoded file are made with. */
export interface EncodingWork {
  readonly session: Session;
  readonly key: LinkKey;
  readonly threads: number;
  /** Private, for text on its way to the hash and back. */
  readonly folder: string;
}

/** Makes a table of the distinct values of a column of `given`, and the token of each: value, token. */
export async function tokenTable(work: EncodingWork, column: string, { name: its }: EncodedToken) {
  await made(work, column, idText(["value"]), ["token"], async ({ from, to, alone }) => {
    const task = { ids: from, tokens: to, domains: [its] };
    await (alone ? makeTokens : inThread)(task, work.key.of("token", its));
  });
}

/** The same of CLKs: value, clk (in base64), keys; NULL where there is none. */
export async function clkTable(work: EncodingWork, column: string, { name: its, plan }: EncodedClk) {
  await made(work, column, "value", ["clk", "keys"], async ({ from, to, alone }) => {
    await (alone ? makeClks : clksInThread)({ values: from, clks: to, plan }, work.key.of("clk", its));
  });
}

/** Below this, starting threads costs more than they save. */
const valuesWorthThreads = 50_000;

interface Part {
  readonly from: string;
  readonly to: string;
  /** Whether it is the only part, and so is made in this thread. */
  readonly alone: boolean;
}

/**
 * Has something made of every distinct value of a column, in parts side by side. Text travels through files both ways:
 * the database writes and reads a file ten times faster than it gives and takes single values.
 */
async function made(
  { session, folder, threads }: EncodingWork,
  column: string,
  line: string,
  results: readonly string[],
  make: (part: Part) => Promise<void>,
): Promise<void> {
  const values = `${column}_values`;
  await session.run(
    column,
    `CREATE TABLE ${values} AS SELECT DISTINCT ${column} AS value FROM given WHERE ${column} IS NOT NULL`,
  );
  const rows = await session.count(values);
  const count = rows < valuesWorthThreads ? 1 : threads;
  const size = Math.ceil(rows / count);
  const parts: Part[] = [];
  for (let i = 0; i < count; i++) {
    const file = (what: string) => join(folder, `${column}-${what}-${i}.txt`);
    const part = { from: file("from"), to: file("to"), alone: count === 1 };
    const range = `rowid >= ${i * size} AND rowid < ${(i + 1) * size}`;
    const lines = `SELECT ${line} FROM ${values} WHERE ${range}`;
    await session.run(column, `COPY (${lines}) TO ${duckdb.quoteText(part.from)} (${plainText})`);
    parts.push(part);
  }
  await Promise.all(parts.map(make));
  const declared = results.map((name) => `'${name}': 'VARCHAR'`).join(", ");
  const files = parts.map(({ to }) => duckdb.quoteText(to)).join(", ");
  const nothing = results.length === 1 ? noToken : "";
  await session.run(
    column,
    `CREATE TABLE ${column}_results AS SELECT * FROM read_csv([${files}], auto_detect = false, header = false, delim = ',', quote = '', escape = '', nullstr = '${nothing}', columns = {${declared}})`,
  );
  if ((await session.count(`${column}_results`)) !== rows)
    throw new InvariantError("an encoding made fewer or more values than it was given");
  await session.run(
    column,
    `CREATE TABLE ${column}_made AS SELECT * FROM ${values} POSITIONAL JOIN ${column}_results`,
  );
  for (const table of [values, `${column}_results`]) await session.run(column, `DROP TABLE ${table}`);
}

/** No quotes or escapes: a value says its own length. */
const plainText = "FORMAT csv, HEADER false, DELIMITER '\t', QUOTE '', ESCAPE ''";
