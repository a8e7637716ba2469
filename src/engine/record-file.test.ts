import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatDiagnostic, Refusal } from "../base/diagnostics.ts";
import { readRecordFile, type TextFormat } from "./record-file.ts";

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dars-record-file-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function read(bytes: string | Buffer, format: TextFormat = {}) {
  const path = join(folder, "x.csv");
  await writeFile(path, bytes);
  return await readRecordFile(path, format);
}

async function told(bytes: string | Buffer, format?: TextFormat): Promise<string> {
  const error = await read(bytes, format).catch((thrown: unknown) => thrown);
  if (!(error instanceof Refusal)) throw new Error("the file was not refused");
  return error.diagnostics.map(formatDiagnostic).join("\n").replaceAll(`${folder}/`, "");
}

const text = "ref,name\nr1,Zoë\n";
/** More than is read at a time, so that a character is cut in two. */
const long = `ref,name\n${"ë".repeat(2 ** 22)},x\n`;

describe("a file of records", () => {
  it.each([
    ["", "it is empty"],
    [`\n${text}`, "its first line is empty"],
    ["ref,,name\n", "its first line leaves column 2 of 3 without a name"],
    ["ref,Zoë,born,Zoë\n", "its first line gives columns 2 and 4 the same name"],
    [Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")]), "it is UTF-16"],
    [gzipSync(text), "it is a gzip file"],
    [Buffer.from("PAR1 and no more"), "it begins like Parquet, but was cut off or changed"],
  ])("is refused where it is none: %#", async (bytes, reason) => {
    const words = await told(bytes);
    expect(words).toContain(`x.csv  the file cannot be read as records: ${reason}\n`);
    expect(words).not.toContain("Zoë");
  });

  it("is refused at the first line and column with bytes of another encoding", async () => {
    const bytes = Buffer.from(`${text}${text}`, "latin1");
    expect(await told(bytes)).toMatch(/^x\.csv:2 {2}column "name" of this line .* not utf-8\n.*cp1252/);
    expect(await told(Buffer.concat([Buffer.from(long), bytes]))).toMatch(/^x\.csv:4 /);
    const none = Buffer.concat([Buffer.from(text), Buffer.from([0x72, 0x2c, 0x81])]);
    expect(await told(none, { encoding: "cp1252" })).toMatch(/^x\.csv:3 .* not cp1252\n/);
  });

  it("is told by its columns and the hash of its bytes, whatever its encoding", async () => {
    expect(await read(long)).toMatchObject({ format: "csv", columns: [{ name: "ref" }, { name: "name" }] });
    const bytes = Buffer.from("réf;nom\n", "latin1");
    const latin = await read(bytes, { encoding: "cp1252", delimiter: ";" });
    expect(latin?.columns.map(({ name }) => name)).toEqual(["réf", "nom"]);
    expect(latin?.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
  });
});
