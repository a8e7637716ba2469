import type { FileHandle } from "node:fs/promises";
import type { Shape } from "../../catalogue/dataset.ts";

/** One record of a file: where it begins, its bytes without the line end, and how it is built. */
export interface RawRecord {
  /** Physical line on which the record begins, from 1. */
  readonly line: number;
  readonly bytes: Buffer;
  readonly fields: number;
  /** junk: text after a closing quotation mark; return: a carriage return within a line; open: the file ends inside quotation marks. */
  readonly state: "fine" | "junk" | "return" | "open";
  /** Whether the field after the last delimiter is empty. */
  readonly emptyLast: boolean;
}

const chunkBytes = 2 ** 20;
const lineFeed = 10;
const carriageReturn = 13;
const quotationMark = 34;

/**
 * The records of a file, one by one, with every byte looked at: the careful reading, for files in which something is wrong.
 * A quotation mark opens a quoted value only at the value's start; two inside one stand for one. A line ends with LF or CRLF.
 * Blank lines are no records.
 */
export async function* readRecords(handle: FileHandle, shape: Shape): AsyncGenerator<RawRecord[]> {
  const splitter = new Splitter(shape.delimiter.charCodeAt(0), shape.quote !== null);
  const buffer = Buffer.allocUnsafe(chunkBytes);
  for (let at = 0; ; ) {
    const { bytesRead } = await handle.read(buffer, 0, chunkBytes, at);
    if (bytesRead === 0) break;
    at += bytesRead;
    yield splitter.take(Buffer.from(buffer.subarray(0, bytesRead)));
  }
  yield splitter.end();
}

/** Where the splitter stands within a record. */
type Place = "start" | "plain" | "quoted" | "closed";

class Splitter {
  readonly #delimiter: number;
  readonly #quoted: boolean;
  #kept = Buffer.alloc(0);
  #place: Place = "start";
  #fields = 1;
  #junk = false;
  #line = 1;
  #firstLine = 1;
  /** The byte before was a carriage return outside quotation marks; good only if the line ends after it. */
  #returned = false;
  #strayReturn = false;

  constructor(delimiter: number, quoted: boolean) {
    this.#delimiter = delimiter;
    this.#quoted = quoted;
  }

  take(chunk: Buffer): RawRecord[] {
    const found: RawRecord[] = [];
    let from = 0;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i] ?? 0;
      if (byte === lineFeed) this.#line++;
      if (byte !== lineFeed || this.#place === "quoted") {
        this.#step(byte);
        continue;
      }
      this.#finish(Buffer.concat([this.#kept, chunk.subarray(from, i)]), found);
      from = i + 1;
    }
    this.#kept = Buffer.concat([this.#kept, chunk.subarray(from)]);
    return found;
  }

  #step(byte: number): void {
    if (this.#returned && this.#place !== "quoted") this.#strayReturn = true;
    this.#returned = byte === carriageReturn && this.#place !== "quoted";
    if (this.#returned) return;
    const quote = this.#quoted && byte === quotationMark;
    if (this.#place === "quoted") {
      if (quote) this.#place = "closed";
    } else if (this.#place === "closed" && quote) {
      this.#place = "quoted";
    } else if (byte === this.#delimiter) {
      this.#fields++;
      this.#place = "start";
    } else if (this.#place === "closed") {
      this.#junk = true;
    } else {
      this.#place = this.#place === "start" && quote ? "quoted" : "plain";
    }
  }

  #finish(line: Buffer, found: RawRecord[]): void {
    const bytes = line.at(-1) === carriageReturn ? line.subarray(0, -1) : line;
    if (bytes.length > 0) {
      const emptyLast = this.#place === "start";
      found.push({ line: this.#firstLine, bytes, fields: this.#fields, state: this.#state(), emptyLast });
    }
    this.#kept = Buffer.alloc(0);
    this.#place = "start";
    this.#fields = 1;
    this.#junk = false;
    this.#returned = false;
    this.#strayReturn = false;
    this.#firstLine = this.#line;
  }

  #state(): RawRecord["state"] {
    if (this.#place === "quoted") return "open";
    if (this.#junk) return "junk";
    return this.#strayReturn ? "return" : "fine";
  }

  end(): RawRecord[] {
    const found: RawRecord[] = [];
    this.#finish(this.#kept, found);
    return found;
  }
}
