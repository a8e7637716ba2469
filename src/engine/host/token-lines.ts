import { createReadStream, createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { tokenLength } from "../../model/pseudonym.ts";
import { TokenMaker } from "./mac.ts";

const [colon, comma, lineFeed, minus, zero] = [0x3a, 0x2c, 0x0a, 0x2d, 0x30];
const outBytes = 2 ** 18;

/** A file of ids, and the file of tokens to be made of it. */
export interface TokenTask {
  /** Rows of ids as the database writes them by `idText`. */
  readonly ids: string;
  /** Lines of tokens, commas between them. */
  readonly tokens: string;
  /** The domain of each column. */
  readonly domains: readonly string[];
}

/** The database's expression for a row of ids: each after its length in bytes and a colon, NULL a colon alone. */
export function idText(columns: readonly string[]): string {
  return columns.map((id) => `coalesce(strlen(${id}) || ':' || ${id}, ':')`).join(" || ");
}

/** How NULL stands in lines of tokens. */
export const noToken: string = String.fromCharCode(minus);

/** Makes a file of tokens. The key is zeroed. */
export async function makeTokens({ ids, tokens, domains }: TokenTask, key: Uint8Array): Promise<void> {
  const maker = new TokenMaker(key, domains);
  key.fill(0);
  try {
    await pipeline(
      createReadStream(ids, { highWaterMark: 2 ** 20 }),
      (chunks) => tokenLines(chunks, maker, domains.length),
      createWriteStream(tokens, { flags: "wx", mode: 0o600 }),
    );
  } finally {
    maker.close();
  }
}

/** Lines of tokens for a stream of rows, cut anywhere. An id may hold any character. */
export async function* tokenLines(
  chunks: AsyncIterable<Buffer>,
  maker: TokenMaker,
  columns: number,
): AsyncGenerator<Buffer> {
  const parts = new Int32Array(2 * columns);
  const longestLine = columns * (tokenLength + 1);
  let rest: Buffer = Buffer.alloc(0);
  let out = Buffer.allocUnsafe(outBytes + longestLine);
  let filled = 0;
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    for (let end = readRow(bytes, at, parts); end > 0; end = readRow(bytes, at, parts)) {
      at = end;
      filled = writeRow(maker, bytes, parts, out, filled);
      if (filled < outBytes) continue;
      yield out.subarray(0, filled);
      out = Buffer.allocUnsafe(outBytes + longestLine);
      filled = 0;
    }
    rest = bytes.subarray(at);
  }
  yield out.subarray(0, filled);
}

/** Fills in where each id of a row begins and ends, -1 for NULL. Gives where the next row begins; 0 where this one is cut. */
export function readRow(bytes: Buffer, start: number, parts: Int32Array): number {
  let at = start;
  for (let part = 0; part < parts.length; part += 2) {
    let length = 0;
    const first = at;
    while (at < bytes.length && bytes[at] !== colon) length = length * 10 + (bytes[at++] ?? 0) - zero;
    parts[part] = at === first ? -1 : at + 1;
    at += 1 + length;
    parts[part + 1] = at;
  }
  return at < bytes.length ? at + 1 : 0;
}

function writeRow(
  maker: TokenMaker,
  bytes: Buffer,
  parts: Int32Array,
  out: Uint8Array,
  start: number,
): number {
  let at = start;
  for (let part = 0; part < parts.length; part += 2) {
    const from = parts[part] ?? -1;
    if (from < 0) out[at++] = minus;
    else at = maker.write(part >> 1, bytes, from, parts[part + 1] ?? 0, out, at);
    out[at++] = part + 2 < parts.length ? comma : lineFeed;
  }
  return at;
}
