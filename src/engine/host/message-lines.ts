import type { TokenMaker } from "./mac.ts";

const colon = 0x3a;
const zero = 0x30;

/** The database's expression for a row of ids as text: each after its length in bytes and a colon, NULL a colon alone. */
export function messageText(columns: readonly string[]): string {
  return columns.map((id) => `coalesce(strlen(${id}) || ':' || ${id}, ':')`).join(" || ");
}

/** How NULL stands in lines of tokens. */
export const noToken = "-";

/** Lines of tokens for a stream of such rows, each with a line feed behind it. An id may hold any character. */
export async function* tokenLines(chunks: AsyncIterable<Buffer>, maker: TokenMaker): AsyncGenerator<Buffer> {
  const parts = new Int32Array(2 * maker.columns);
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    for (let end = readRow(bytes, at, parts); end > 0; end = readRow(bytes, at, parts)) {
      at = end;
      if (maker.addRow(bytes, parts)) yield maker.take();
    }
    rest = bytes.subarray(at);
  }
  yield maker.take();
}

/** Fills in where each id of a row begins and ends, -1 for NULL; gives where the next row begins, 0 where this one is cut. */
function readRow(bytes: Buffer, start: number, parts: Int32Array): number {
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
