import { mkdtempSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Refusal } from "../../base/diagnostics.ts";
import { sha256 } from "../../base/hash.ts";
import type { Encoding, Shape } from "../../catalogue/dataset.ts";
import { toUtf8 } from "../characters.ts";
import { type RawRecord, readRecords } from "./records.ts";
import { type Survey, surveyFile } from "./survey.ts";

const path = join(mkdtempSync(join(tmpdir(), "dars-survey-")), "file.csv");

async function survey(
  content: string | Buffer,
  encoding: Encoding = "utf-8",
  quoted = true,
): Promise<Survey> {
  writeFileSync(path, content);
  const handle = await open(path);
  try {
    return await surveyFile(handle, { file: "f", encoding, quoted });
  } finally {
    await handle.close();
  }
}

async function records(content: string, quote: '"' | null = '"'): Promise<RawRecord[]> {
  writeFileSync(path, content);
  const handle = await open(path);
  try {
    const found: RawRecord[] = [];
    for await (const some of readRecords(handle, { delimiter: ",", quote } as Shape)) found.push(...some);
    return found;
  } finally {
    await handle.close();
  }
}

/** A well-formed value as CSV, of characters that trouble readers. */
const value = fc
  .string({ unit: fc.constantFrom("a", ",", '"', "\n", "\r", " ", "é"), maxLength: 5 })
  .map((text) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text));
const rows = fc.array(fc.array(value, { minLength: 2, maxLength: 2 }), { maxLength: 20 });

describe("a survey", () => {
  it("counts the records that the careful reading finds, in any well-formed file", async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.constantFrom("\n", "\r\n"), fc.boolean(), async (table, end, last) => {
        const text = table.map((r) => r.join(",")).join(end) + (last ? end : "");
        const { records: counted, sha256: hash } = await survey(text);
        const found = await records(text);
        expect(counted).toBe(table.length);
        expect(found.map((r) => [r.fields, r.state])).toEqual(table.map(() => [2, "fine"]));
        expect(found.map((r) => r.bytes.toString())).toEqual(table.map((r) => r.join(",")));
        expect(hash).toBe(sha256(text));
      }),
      { numRuns: 150 },
    );
  });

  it("joins characters that a chunk's end cuts", async () => {
    const text = `${"x".repeat(4 * 2 ** 20 - 1)}é€\n`;
    expect(await survey(text)).toMatchObject({ records: 1, sha256: sha256(text), terminated: true });
  });

  it("refuses a character that the file's end cuts", async () => {
    await expect(survey(Buffer.from([0x61, 0xc3]))).rejects.toThrow(Refusal);
  });

  it("counts a line break in quotes only where the shape has quotes", async () => {
    expect((await survey('a,"b\nc"\n')).records).toBe(1);
    expect((await survey('a,"b\nc"\n', "utf-8", false)).records).toBe(2);
  });

  it("counts no blank lines", async () => {
    expect((await survey("a,b\n\n\r\nc,d\n\n")).records).toBe(2);
  });

  it("tells mixed line ends and odd quotation marks", async () => {
    expect(await survey("a,b\r\nc,d\n")).toMatchObject({ mixedLineEnds: true });
    expect(await survey("a\rb,c\n")).toMatchObject({ mixedLineEnds: true });
    expect(await survey("a,b\r\nc,d\r\n")).toMatchObject({ mixedLineEnds: false, oddQuotes: false });
    expect(await survey('a,"b\n')).toMatchObject({ oddQuotes: true });
  });
});

describe("the careful reading", () => {
  it("gives the line on which a record begins", async () => {
    const found = await records('a,"x\ny"\n\nb,c\n');
    expect(found.map((r) => r.line)).toEqual([1, 4]);
  });

  it("sees text after a closing quotation mark, a stray carriage return, and a quotation mark that stays open", async () => {
    const found = await records('"a"b,c\nd\re,f\n5"3,g\nh,"i');
    expect(found.map((r) => r.state)).toEqual(["junk", "return", "fine", "open"]);
  });
});

describe("transcoding", () => {
  it("gives every character of CP1252 its place in Unicode", () => {
    const special = Buffer.from(
      Array.from({ length: 32 }, (_, i) => 0x80 + i).filter(
        (i) => ![0x81, 0x8d, 0x8f, 0x90, 0x9d].includes(i),
      ),
    );
    expect(toUtf8(special).toString("utf8")).toBe("€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ");
    expect(toUtf8(Buffer.from("\xa3 \xe9\n", "latin1")).toString("utf8")).toBe("£ é\n");
  });
});
