import { createHmac, randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lengthPrefixed, tokenText } from "../../model/pseudonym.ts";
import { TokenMaker } from "./mac.ts";
import { tokenLines } from "./token-lines.ts";

type Row = readonly (string | null)[];

/** Rows as the database writes them. */
function idsOf(rows: readonly Row[]): Buffer {
  const part = (id: string | null) => (id === null ? ":" : `${Buffer.byteLength(id)}:${id}`);
  return Buffer.from(rows.map((row) => `${row.map(part).join("")}\n`).join(""));
}

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function linesOf(key: Uint8Array, domains: string[], bytes: Buffer, size: number): Promise<string[]> {
  const maker = new TokenMaker(key, domains);
  const lines: Buffer[] = [];
  for await (const piece of tokenLines(inPieces(bytes, size), maker, domains.length)) lines.push(piece);
  maker.close();
  return Buffer.concat(lines).toString("latin1").split("\n").slice(0, -1);
}

/** The oracle: the library's own HMAC, an id at a time. */
function expectedLines(key: Uint8Array, domains: string[], rows: readonly Row[]): string[] {
  const token = (domain: string, id: string) =>
    tokenText(createHmac("sha256", key).update(lengthPrefixed(domain, id)).digest());
  return rows.map((row) => row.map((id, i) => (id === null ? "-" : token(domains[i] ?? "", id))).join(","));
}

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 400 }),
  fc.constantFrom("", "\n", "12:3\n", "é".repeat(40)),
);
const anyRows = fc
  .tuple(fc.array(anyText, { minLength: 1, maxLength: 4 }), fc.array(fc.option(anyText), { maxLength: 120 }))
  .map(([domains, ids]) => {
    const rows = Array.from({ length: Math.floor(ids.length / domains.length) }, (_, i) =>
      ids.slice(i * domains.length, (i + 1) * domains.length),
    );
    return { domains, rows };
  });

describe("tokens of a stream of rows", () => {
  it("are those of the library's HMAC, whatever the texts and wherever the stream is cut", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        anyRows,
        fc.integer({ min: 1, max: 300 }),
        async (key, { domains, rows }, size) => {
          const lines = await linesOf(key, domains, idsOf(rows), size);
          expect(lines).toEqual(expectedLines(key, domains, rows));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("keep their order over many batches", async () => {
    const key = randomBytes(32);
    const domains = ["EPIKEY", "AEKEY", "person"];
    const rows = Array.from({ length: 5000 }, (_, i) => [
      String(i).repeat((i % 40) + 1),
      i % 5 === 0 ? String(i) : null,
      String(-i),
    ]);
    const lines = await linesOf(key, domains, idsOf(rows), 4096);
    expect(lines).toEqual(expectedLines(key, domains, rows));
  });
});
