import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { InvariantError } from "../../base/diagnostics.ts";
import { type KeyPurpose, tokenLength } from "../../model/pseudonym.ts";
import { duckdb } from "../../sql/duckdb.ts";
import type { HostCall } from "../../sql/operation.ts";
import { agreementKey } from "../keys.ts";
import type { HostFunction } from "../operations.ts";
import type { Session } from "../session.ts";
import { idText, makeTokens, noToken, type TokenTask } from "./token-lines.ts";
import { inThread } from "./token-thread.ts";

/** Below this, starting threads costs more than they save. */
const rowsWorthThreads = 100_000;
const threads = 2;

interface Staged {
  readonly staged: string;
  readonly rows: number;
}

/**
 * The host function `pseudonymise@1`: ids replaced by tokens, under the key of one agreement.
 *
 * In: any rows; `params.domains` names the columns that hold ids, as text, and the domain of each.
 * Out: the same rows, a token in the place of each id, NULL in the place of NULL.
 * The key is in no SQL, parameter, log or receipt, and is zeroed at the end.
 * Errors: those of the root key.
 */
export function pseudonymise(rootKey: string): HostFunction {
  return async (session, call, inputText) => {
    const staged = `${call.output.name}__input`;
    await session.run(call.id, `CREATE TABLE ${name(staged)} AS ${inputText}`);
    const rows = await session.count(staged);
    const folder = await privateFolder(session, call.id);
    try {
      const tasks = await writeIds(session, call, { staged, rows }, folder);
      const key = await agreementKey(rootKey, purposeOf(call));
      const make = tasks.length === 1 ? makeTokens : inThread;
      await Promise.all(tasks.map((task) => make(task, new Uint8Array(key)))).finally(() => key.fill(0));
      const files = tasks.map((task) => task.tokens);
      await putTogether(session, call, { staged, rows }, files);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    return rows;
  };
}

/**
 * Writes the ids of the staged rows, a part for each thread. Text travels through files both ways: the database writes
 * and reads a file ten times faster than it gives and takes single values.
 */
async function writeIds(
  session: Session,
  call: HostCall,
  { staged, rows }: Staged,
  folder: string,
): Promise<TokenTask[]> {
  const domains = domainsOf(call);
  const text = idText(Object.keys(domains).map(name));
  const parts = rows < rowsWorthThreads ? 1 : threads;
  const size = Math.ceil(rows / parts);
  const tasks: TokenTask[] = [];
  for (let part = 0; part < parts; part++) {
    const file = (what: string) => join(folder, `${what}-${part}.txt`);
    const task = { ids: file("ids"), tokens: file("tokens"), domains: Object.values(domains) };
    const rowids = `rowid >= ${part * size} AND rowid < ${(part + 1) * size}`;
    const lines = `SELECT ${text} FROM ${name(staged)} WHERE ${rowids}`;
    await session.run(call.id, `COPY (${lines}) TO ${duckdb.quoteText(task.ids)} (${plainText})`);
    tasks.push(task);
  }
  return tasks;
}

/** A private folder beside the database's own spilled data. */
async function privateFolder(session: Session, id: string): Promise<string> {
  const { spill } = await session.row(id, "SELECT current_setting('temp_directory') AS spill");
  await mkdir(String(spill), { recursive: true, mode: 0o700 });
  return await mkdtemp(join(String(spill), "tokens-"));
}

function purposeOf({ params }: HostCall): KeyPurpose {
  const { agreement, scope, epoch } = params;
  if (typeof agreement !== "string" || typeof scope !== "string" || typeof epoch !== "number") {
    throw new InvariantError("pseudonymise needs agreement, scope and epoch");
  }
  return { agreement, scope, epoch };
}

function domainsOf({ params: { domains } }: HostCall): Record<string, string> {
  const entries = Object.entries(typeof domains === "object" && domains !== null ? domains : {});
  if (entries.length === 0 || !entries.every(([, domain]) => typeof domain === "string")) {
    throw new InvariantError("pseudonymise needs the domains of its id columns");
  }
  return Object.fromEntries(entries) as Record<string, string>;
}

/** Puts tokens in the places of their ids: table and files hold the same rows in the same order. */
async function putTogether(
  session: Session,
  call: HostCall,
  { staged, rows }: Staged,
  files: readonly string[],
): Promise<void> {
  const tokens = name(`${call.output.name}__tokens`);
  const ids = Object.keys(domainsOf(call)).map(name);
  const columns = ids.map((id) => `${id}: 'VARCHAR'`).join(", ");
  await session.run(
    call.id,
    `CREATE TABLE ${tokens} AS SELECT * FROM read_csv([${files.map(duckdb.quoteText).join(", ")}], auto_detect = false, header = false, delim = ',', quote = '', escape = '', nullstr = ${duckdb.quoteText(noToken)}, columns = {${columns}})`,
  );
  const beside = `${name(staged)} AS i POSITIONAL JOIN ${tokens} AS t`;
  const paired = ids.map(
    (id) =>
      `coalesce(length(t.${id}), ${tokenLength}) = ${tokenLength} AND (t.${id} IS NULL) = (i.${id} IS NULL)`,
  );
  const { n } = await session.row(
    call.id,
    `SELECT count(*) AS n FROM ${beside} WHERE ${paired.join(" AND ")}`,
  );
  if (Number(n) !== rows) throw new InvariantError(`${call.id} made other tokens than its rows have ids`);
  const values = call.output.columns.map(({ name: column }) => {
    const value = name(column);
    return `${ids.includes(value) ? "t" : "i"}.${value}`;
  });
  await session.run(
    call.id,
    `CREATE TABLE ${name(call.output.name)} AS SELECT ${values.join(", ")} FROM ${beside}`,
  );
  await session.run(call.id, `DROP TABLE ${tokens}`);
  await session.run(call.id, `DROP TABLE ${name(staged)}`);
}

const name = duckdb.quoteIdentifier;

/** No quotes or escapes: an id says its own length. */
const plainText = "FORMAT csv, HEADER false, DELIMITER '\t', QUOTE '', ESCAPE ''";
