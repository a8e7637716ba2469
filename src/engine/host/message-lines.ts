import type { TokenMaker } from "./mac.ts";

const colon = 0x3a;
const zero = 0x30;

/** The database's expression for a message's text: domain and id, each after its length in bytes and a colon. */
export const messageText = "strlen(domain) || ':' || domain || strlen(id) || ':' || id";

/** Tokens of a stream of messages as text, each with a line feed behind it. A value may hold any character. */
export async function* tokenLines(chunks: AsyncIterable<Buffer>, maker: TokenMaker): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    for (let part = readMessage(bytes, at); part !== undefined; part = readMessage(bytes, at)) {
      at = part.end;
      if (maker.add(bytes, part.domain, part.domainLength, part.id, part.idLength)) yield maker.take();
    }
    rest = bytes.subarray(at);
  }
  yield maker.take();
}

/** Where a message's parts stand; undefined when the bytes end before it does. */
function readMessage(bytes: Buffer, at: number) {
  const first = readPart(bytes, at);
  if (first === undefined) return undefined;
  const second = readPart(bytes, first.end);
  if (second === undefined || second.end === bytes.length) return undefined;
  return {
    domain: first.from,
    domainLength: first.end - first.from,
    id: second.from,
    idLength: second.end - second.from,
    end: second.end + 1,
  };
}

function readPart(bytes: Buffer, at: number): { readonly from: number; readonly end: number } | undefined {
  let length = 0;
  for (let i = at; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    if (byte === colon)
      return i + 1 + length <= bytes.length ? { from: i + 1, end: i + 1 + length } : undefined;
    length = length * 10 + byte - zero;
  }
  return undefined;
}
