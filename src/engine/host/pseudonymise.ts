import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { InvariantError } from "../../base/diagnostics.ts";
import type { KeyPurpose } from "../../model/pseudonym.ts";
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
  const size = Math.ceil(rows / (rows < rowsWorthThreads ? 1 : threads));
  const tasks: TokenTask[] = [];
  for (let from = 0; from < Math.max(rows, 1); from += size || 1) {
    const file = (what: string) => join(folder, `${what}-${tasks.length}.txt`);
    const task = { ids: file("ids"), tokens: file("tokens"), domains: Object.values(domains) };
    const part = `SELECT ${text} FROM ${name(staged)} WHERE rowid >= ${from} AND rowid < ${from + size}`;
    await session.run(call.id, `COPY (${part}) TO ${duckdb.quoteText(task.ids)} (${plainText})`);
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
  const ids = Object.keys(domainsOf(call));
  const columns = ids.map((id) => `${duckdb.quoteText(id)}: 'VARCHAR'`).join(", ");
  await session.run(
    call.id,
    `CREATE TABLE ${tokens} AS SELECT * FROM read_csv([${files.map(duckdb.quoteText).join(", ")}], auto_detect = false, header = false, delim = ',', quote = '', escape = '', nullstr = ${duckdb.quoteText(noToken)}, columns = {${columns}})`,
  );
  if ((await session.count(`${call.output.name}__tokens`)) !== rows) {
    throw new InvariantError(`${call.id} made another number of tokens than rows`);
  }
  const values = call.output.columns.map(
    (column) => `${ids.includes(column.name) ? "t" : "i"}.${name(column.name)}`,
  );
  await session.run(
    call.id,
    `CREATE TABLE ${name(call.output.name)} AS SELECT ${values.join(", ")} FROM ${name(staged)} AS i POSITIONAL JOIN ${tokens} AS t`,
  );
  await session.run(call.id, `DROP TABLE ${tokens}`);
  await session.run(call.id, `DROP TABLE ${name(staged)}`);
}

const name = duckdb.quoteIdentifier;

/** No quotes or escapes: a message says its own length. */
const plainText = "FORMAT csv, HEADER false, DELIMITER '\t', QUOTE '', ESCAPE ''";
