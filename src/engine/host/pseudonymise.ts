import { InvariantError } from "../../base/diagnostics.ts";
import { type KeyPurpose, tokenLength } from "../../model/pseudonym.ts";
import { duckdb } from "../../sql/duckdb.ts";
import type { HostCall } from "../../sql/operation.ts";
import { agreementKey } from "../keys.ts";
import type { HostFunction } from "../operations.ts";
import type { Session } from "../session.ts";
import { MessagePacker } from "./message-block.ts";
import { openTokenPool, type TokenPool } from "./token-pool.ts";

/** Rows whose tokens are held at once, so that memory does not grow with the extract. */
const slabRows = 1_048_576;
const batchRows = 2048;

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
    const { n } = await session.row(call.id, `SELECT count(*) AS n FROM ${name(staged)}`);
    const rows = Number(n);
    await session.run(
      call.id,
      `CREATE TABLE ${name(call.output.name)} (domain VARCHAR, id VARCHAR, token VARCHAR)`,
    );
    const key = await agreementKey(rootKey, purposeOf(call));
    const pool = await openTokenPool(key, rows).finally(() => key.fill(0));
    try {
      for (let from = 0; from < rows; from += slabRows) await addSlab(session, call, staged, from, pool);
    } finally {
      await pool.close();
    }
    await session.run(call.id, `DROP TABLE ${name(staged)}`);
    return rows;
  };
}

function purposeOf({ params }: HostCall): KeyPurpose {
  const { agreement, scope, epoch } = params;
  if (typeof agreement !== "string" || typeof scope !== "string" || typeof epoch !== "number") {
    throw new InvariantError("pseudonymise needs agreement, scope and epoch");
  }
  return { agreement, scope, epoch };
}

/** Tokens of one slab of rows, put beside them by position. The input is read to its end before anything is written. */
async function addSlab(
  session: Session,
  call: HostCall,
  staged: string,
  from: number,
  pool: TokenPool,
): Promise<void> {
  const slab = `${call.output.name}__slab`;
  const rows = `SELECT domain, id FROM ${name(staged)} WHERE rowid >= ${from} AND rowid < ${from + slabRows} ORDER BY rowid`;
  const blocks = await tokensOf(session, call.id, rows, pool);
  await session.load(call.id, { name: slab, columns: [{ name: "token", type: "varchar" }] }, batches(blocks));
  const target = name(call.output.name);
  await session.run(
    call.id,
    `INSERT INTO ${target} SELECT i.domain, i.id, t.token FROM (${rows}) AS i POSITIONAL JOIN ${name(slab)} AS t`,
  );
  await session.run(call.id, `DROP TABLE ${name(slab)}`);
}

async function tokensOf(session: Session, id: string, text: string, pool: TokenPool): Promise<Uint8Array[]> {
  const packer = new MessagePacker();
  const pending: Promise<Uint8Array>[] = [];
  for await (const chunk of session.chunks(id, text)) {
    const domains = chunk.getColumnValues(0) as string[];
    const ids = chunk.getColumnValues(1) as string[];
    for (let i = 0; i < ids.length; i++) {
      const block = packer.add(domains[i] ?? "", ids[i] ?? "");
      if (block !== undefined) pending.push(pool.tokens(block));
    }
  }
  const last = packer.take();
  if (last !== undefined) pending.push(pool.tokens(last));
  return await Promise.all(pending);
}

/** Tokens as batches of one column. */
async function* batches(blocks: readonly Uint8Array[]): AsyncGenerator<readonly [readonly string[]]> {
  for (const block of blocks) {
    const text = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
    const count = block.byteLength / tokenLength;
    for (let from = 0; from < count; from += batchRows) {
      const tokens: string[] = [];
      for (let i = from; i < Math.min(from + batchRows, count); i++) {
        tokens.push(text.toString("latin1", i * tokenLength, (i + 1) * tokenLength));
      }
      yield [tokens];
    }
  }
}

const name = duckdb.quoteIdentifier;
