import { mkdir, mkdtemp, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { InvariantError } from "../../base/diagnostics.ts";
import { type KeyPurpose, tokenLength } from "../../model/pseudonym.ts";
import { duckdb } from "../../sql/duckdb.ts";
import type { HostCall } from "../../sql/operation.ts";
import { agreementKey } from "../keys.ts";
import type { HostFunction } from "../operations.ts";
import type { Session } from "../session.ts";
import { type MessageBlock, MessagePacker } from "./message-block.ts";
import { openTokenPool, type TokenPool } from "./token-pool.ts";

/** Blocks that may wait for their tokens, so that memory does not grow with the extract. */
const blocksAhead = 64;

/**
 * The host function `pseudonymise@1`: a token for each distinct (domain, id), under the key of one agreement.
 *
 * In: rows (domain, id), both text; a row without an id gets no token and no row.
 * Out: rows (domain, id, token).
 * The key is in no SQL, parameter, log or receipt, and is zeroed at the end.
 * Errors: those of the root key.
 */
export function pseudonymise(rootKey: string): HostFunction {
  return async (session, call, inputText) => {
    const staged = `${call.output.name}__input`;
    await session.run(
      call.id,
      `CREATE TABLE ${name(staged)} AS SELECT CAST(domain AS VARCHAR) AS domain, CAST(id AS VARCHAR) AS id FROM (\n${inputText}\n) WHERE id IS NOT NULL`,
    );
    const input = await describeInput(session, call.id, staged);
    const folder = await tokenFolder(session, call.id);
    const file = join(folder, "tokens.csv");
    try {
      const key = await agreementKey(rootKey, purposeOf(call));
      const pool = await openTokenPool(key, input.rows).finally(() => key.fill(0));
      await writeTokens(session, call.id, input, pool, file).finally(() => pool.close());
      await putTogether(session, call, input, file);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    return input.rows;
  };
}

/** A private folder beside the database's own spilled data. */
async function tokenFolder(session: Session, id: string): Promise<string> {
  const { spill } = await session.row(id, "SELECT current_setting('temp_directory') AS spill");
  await mkdir(String(spill), { recursive: true, mode: 0o700 });
  return await mkdtemp(join(String(spill), "tokens-"));
}

/** The staged rows. `domain` is that of all of them, or undefined where they differ. */
interface Input {
  readonly table: string;
  readonly rows: number;
  readonly domain: string | undefined;
}

async function describeInput(session: Session, id: string, table: string): Promise<Input> {
  const text = `SELECT count(*) AS n, min(domain) AS low, max(domain) AS high FROM ${name(table)}`;
  const { n, low, high } = await session.row(id, text);
  return { table, rows: Number(n), domain: low === high && typeof low === "string" ? low : undefined };
}

function purposeOf({ params }: HostCall): KeyPurpose {
  const { agreement, scope, epoch } = params;
  if (typeof agreement !== "string" || typeof scope !== "string" || typeof epoch !== "number") {
    throw new InvariantError("pseudonymise needs agreement, scope and epoch");
  }
  return { agreement, scope, epoch };
}

/**
 * Writes the tokens of all rows, in their order, a line each. They go through a file, as the database reads one ten
 * times faster than it takes text from here, and as writing to it would end the result that is still being read.
 */
async function writeTokens(
  session: Session,
  id: string,
  input: Input,
  pool: TokenPool,
  file: string,
): Promise<void> {
  const out = await open(file, "w", 0o600);
  const pending: Promise<Uint8Array>[] = [];
  const writeOldest = async () => {
    const tokens = await pending.shift();
    if (tokens !== undefined) await out.writeFile(tokens);
  };
  try {
    for await (const block of blocksOf(session, id, input)) {
      pending.push(pool.tokens(block));
      if (pending.length > blocksAhead) await writeOldest();
    }
    while (pending.length > 0) await writeOldest();
  } finally {
    await Promise.allSettled(pending);
    await out.close();
  }
}

/** Messages of all rows. Reading text costs as much as hashing it, so a domain that all rows share is not read. */
async function* blocksOf(
  session: Session,
  id: string,
  { table, domain }: Input,
): AsyncGenerator<MessageBlock> {
  const packer = new MessagePacker();
  const columns = domain === undefined ? "id, domain" : "id";
  for await (const chunk of session.chunks(id, `SELECT ${columns} FROM ${name(table)} ORDER BY rowid`)) {
    const ids = chunk.getColumnValues(0) as string[];
    const domains = domain === undefined ? (chunk.getColumnValues(1) as string[]) : undefined;
    for (let i = 0; i < ids.length; i++) {
      const block = packer.add(domains?.[i] ?? domain ?? "", ids[i] ?? "");
      if (block !== undefined) yield block;
    }
  }
  const last = packer.take();
  if (last !== undefined) yield last;
}

/** Puts tokens beside their rows: both tables hold the same rows in the same order. */
async function putTogether(session: Session, call: HostCall, input: Input, file: string): Promise<void> {
  const tokens = name(`${call.output.name}__tokens`);
  const read = `read_csv(${duckdb.quoteText(file)}, auto_detect = false, header = false, delim = ',', quote = '', escape = '', columns = {'token': 'VARCHAR'})`;
  await session.run(call.id, `CREATE TABLE ${tokens} AS SELECT token FROM ${read}`);
  const { n } = await session.row(
    call.id,
    `SELECT count(*) AS n FROM ${tokens} WHERE length(token) = ${tokenLength}`,
  );
  if (Number(n) !== input.rows)
    throw new InvariantError(`${call.id} made another number of tokens than rows`);
  await session.run(
    call.id,
    `CREATE TABLE ${name(call.output.name)} AS SELECT i.domain, i.id, t.token FROM ${name(input.table)} AS i POSITIONAL JOIN ${tokens} AS t`,
  );
  await session.run(call.id, `DROP TABLE ${tokens}`);
  await session.run(call.id, `DROP TABLE ${name(input.table)}`);
}

const name = duckdb.quoteIdentifier;
