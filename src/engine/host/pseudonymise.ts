import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { InvariantError } from "../../base/diagnostics.ts";
import type { KeyPurpose } from "../../model/pseudonym.ts";
import { duckdb } from "../../sql/duckdb.ts";
import type { HostCall } from "../../sql/operation.ts";
import { agreementKey } from "../keys.ts";
import type { HostFunction } from "../operations.ts";
import type { Session } from "../session.ts";
import { TokenMaker } from "./mac.ts";
import { messageText, noToken, tokenLines } from "./message-lines.ts";

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
    const domains = domainsOf(call);
    await session.run(call.id, `CREATE TABLE ${name(staged)} AS ${inputText}`);
    const folder = await privateFolder(session, call.id);
    const [messages, tokens] = [join(folder, "messages.txt"), join(folder, "tokens.txt")];
    try {
      const lines = `SELECT ${messageText(Object.keys(domains).map(name))} FROM ${name(staged)}`;
      const rows = await session.run(
        call.id,
        `COPY (${lines}) TO ${duckdb.quoteText(messages)} (${plainText})`,
      );
      const key = await agreementKey(rootKey, purposeOf(call));
      const maker = new TokenMaker(key, Object.values(domains));
      key.fill(0);
      await writeTokens(messages, tokens, maker).finally(() => maker.close());
      await putTogether(session, call, { staged, rows }, tokens);
      return rows;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
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

/**
 * Text travels through files both ways: the database writes and reads a file ten times faster than it gives and takes
 * single values.
 */
async function writeTokens(messages: string, tokens: string, maker: TokenMaker): Promise<void> {
  await pipeline(
    createReadStream(messages, { highWaterMark: 2 ** 20 }),
    (chunks) => tokenLines(chunks, maker),
    createWriteStream(tokens, { flags: "wx", mode: 0o600 }),
  );
}

/** Puts tokens in the places of their ids: table and file hold the same rows in the same order. */
async function putTogether(
  session: Session,
  call: HostCall,
  { staged, rows }: { readonly staged: string; readonly rows: number },
  file: string,
): Promise<void> {
  const tokens = name(`${call.output.name}__tokens`);
  const ids = Object.keys(domainsOf(call));
  const columns = ids.map((id) => `${duckdb.quoteText(id)}: 'VARCHAR'`).join(", ");
  await session.run(
    call.id,
    `CREATE TABLE ${tokens} AS SELECT * FROM read_csv(${duckdb.quoteText(file)}, auto_detect = false, header = false, delim = ',', quote = '', escape = '', nullstr = ${duckdb.quoteText(noToken)}, columns = {${columns}})`,
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
