import { createHash, createHmac, randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lengthPrefixed, tokenText } from "../../model/pseudonym.ts";
import { TokenMaker } from "./mac.ts";
import { tokenLines } from "./message-lines.ts";
import { blockBytes, compressLanes, initialState, stateBytes } from "./sha256-lanes.ts";

/** Text as the database writes it. */
function messagesOf(pairs: readonly (readonly [string, string])[]): Buffer {
  const part = (text: string) => `${Buffer.byteLength(text)}:${text}`;
  return Buffer.from(pairs.map(([domain, id]) => `${part(domain)}${part(id)}\n`).join(""));
}

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function tokensOf(key: Uint8Array, bytes: Buffer, size: number): Promise<string[]> {
  const maker = new TokenMaker(key);
  const lines: Buffer[] = [];
  for await (const piece of tokenLines(inPieces(bytes, size), maker)) lines.push(piece);
  return Buffer.concat(lines).toString("latin1").split("\n").slice(0, -1);
}

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 70 }),
  fc.constantFrom("", "\n", "12:3\n", "é".repeat(40)),
);

describe("tokens of a stream of messages", () => {
  it("are those of the library's HMAC, whatever the texts and wherever the stream is cut", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        fc.array(fc.tuple(anyText, anyText), { maxLength: 40 }),
        fc.integer({ min: 1, max: 300 }),
        async (key, pairs, size) => {
          const expected = pairs.map(([domain, id]) =>
            tokenText(createHmac("sha256", key).update(lengthPrefixed(domain, id)).digest()),
          );
          expect(await tokensOf(key, messagesOf(pairs), size)).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("keep their order over many batches", async () => {
    const key = randomBytes(32);
    const pairs = Array.from({ length: 5000 }, (_, i) => ["EPIKEY", String(i).repeat((i % 40) + 1)] as const);
    const expected = pairs.map(([domain, id]) =>
      tokenText(createHmac("sha256", key).update(lengthPrefixed(domain, id)).digest()),
    );
    expect(await tokensOf(key, messagesOf(pairs), 4096)).toEqual(expected);
  });
});

describe("compressLanes", () => {
  it("hashes four messages of one block as the library does", () => {
    const { memory, compress } = compressLanes(1024);
    const words = new Uint32Array(memory.buffer);
    const block = stateBytes;
    const out = block + blockBytes;
    const texts = ["", "abc", "a".repeat(55), "\u0000é"];
    for (const [lane, text] of texts.entries()) {
      for (const [i, word] of initialState.entries()) words[i * 4 + lane] = word;
      const padded = Buffer.alloc(64);
      const length = padded.write(text);
      padded[length] = 0x80;
      padded.writeUInt32BE(length * 8, 60);
      for (let i = 0; i < 16; i++) words[block / 4 + i * 4 + lane] = padded.readUInt32BE(i * 4);
    }
    compress(0, block, out);
    for (const [lane, text] of texts.entries()) {
      const digest = Buffer.alloc(32);
      for (let i = 0; i < 8; i++) digest.writeUInt32BE(words[out / 4 + i * 4 + lane] ?? 0, i * 4);
      expect(digest.toString("hex")).toBe(createHash("sha256").update(text).digest("hex"));
    }
  });
});
