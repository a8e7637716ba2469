import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { refuse } from "../../base/diagnostics.ts";
import type { Encoding } from "../../catalogue/dataset.ts";
import { firstUnsound, wholeCharacters } from "../characters.ts";

/** What one pass over a file's bytes tells. */
export interface Survey {
  readonly bytes: number;
  readonly sha256: string;
  /** Lines that are not blank, a line break inside quotes ending none; a header and a trailer are among them. */
  readonly records: number;
  /** Whether carriage returns stand anywhere but before every line feed or nowhere: then records are split with more care. */
  readonly mixedLineEnds: boolean;
  /** Whether the quotation marks are odd in number. */
  readonly oddQuotes: boolean;
  /** Whether the last byte ends a line. */
  readonly terminated: boolean;
}

/** Bytes read at a time; a few more are kept in front for a character that was cut in two. */
const chunkBytes = 4 * 2 ** 20;
const headroom = 4;

const lineFeed = 10;
const carriageReturn = 13;
const quotationMark = 34;

export interface SurveyOptions {
  readonly file: string;
  readonly encoding: Encoding;
  readonly quoted: boolean;
  /** Told of every chunk that was read and found sound. */
  readonly onChunk?: (chunk: Buffer) => Promise<void>;
}

/**
 * Reads a file once, from its start: SHA-256, soundness of its characters, number of records.
 *
 * Errors: ingest/nul-byte, ingest/wrong-encoding, each with the line.
 */
export async function surveyFile(handle: FileHandle, options: SurveyOptions): Promise<Survey> {
  const hash = createHash("sha256");
  const counter = new RecordCounter(options.quoted);
  const buffer = Buffer.allocUnsafe(headroom + chunkBytes);
  let kept = 0;
  let bytes = 0;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, kept, chunkBytes, bytes);
    const fresh = buffer.subarray(kept, kept + bytesRead);
    hash.update(fresh);
    bytes += bytesRead;
    const all = buffer.subarray(0, kept + bytesRead);
    const whole = bytesRead === 0 || options.encoding !== "utf-8" ? all.length : wholeCharacters(all);
    const chunk = all.subarray(0, whole);
    checkCharacters(chunk, counter.lines, options);
    counter.take(chunk);
    await options.onChunk?.(chunk);
    if (bytesRead === 0) break;
    kept = buffer.copy(buffer, 0, whole, all.length);
  }
  return { bytes, sha256: hash.digest("hex"), ...counter.end() };
}

function checkCharacters(chunk: Buffer, linesBefore: number, { file, encoding }: SurveyOptions): void {
  const nul = chunk.indexOf(0);
  if (nul >= 0) refuse("ingest/nul-byte", { file, line: linesBefore + lineOf(chunk, nul) }, {});
  const bad = firstUnsound(chunk, encoding);
  if (bad >= 0) {
    refuse("ingest/wrong-encoding", { file, line: linesBefore + lineOf(chunk, bad) }, { encoding });
  }
}

function lineOf(chunk: Buffer, place: number): number {
  let line = 1;
  for (let at = chunk.indexOf(lineFeed); at >= 0 && at < place; at = chunk.indexOf(lineFeed, at + 1)) line++;
  return line;
}

/** Counts records by jumping from line feed to line feed, and over what stands between quotation marks. */
class RecordCounter {
  readonly #quoted: boolean;
  #records = 0;
  #feeds = 0;
  #feedsInQuotes = 0;
  #returns = 0;
  #returnFeeds = 0;
  #inQuotes = false;
  /** Bytes of the unfinished line, carriage returns left out. */
  #pending = 0;
  #last = lineFeed;

  constructor(quoted: boolean) {
    this.#quoted = quoted;
  }

  /** Lines that have ended so far. */
  get lines(): number {
    return this.#feeds;
  }

  take(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#countReturns(chunk);
    let from = 0;
    let quote = this.#quoted ? chunk.indexOf(quotationMark) : -1;
    let feed = chunk.indexOf(lineFeed);
    while (feed >= 0) {
      if (quote >= 0 && quote < feed) {
        this.#inQuotes = !this.#inQuotes;
        quote = chunk.indexOf(quotationMark, quote + 1);
        continue;
      }
      this.#endLine(chunk, from, feed);
      from = feed + 1;
      feed = chunk.indexOf(lineFeed, from);
    }
    for (; quote >= 0; quote = chunk.indexOf(quotationMark, quote + 1)) this.#inQuotes = !this.#inQuotes;
    this.#pending += chunk.length - from;
    this.#last = chunk[chunk.length - 1] ?? this.#last;
  }

  #endLine(chunk: Buffer, from: number, feed: number): void {
    this.#feeds++;
    const before = feed === 0 ? this.#last : (chunk[feed - 1] ?? 0);
    const returned = before === carriageReturn;
    if (returned) this.#returnFeeds++;
    if (this.#inQuotes) {
      this.#feedsInQuotes++;
      this.#pending += feed - from + 1;
      return;
    }
    const length = this.#pending + feed - from - (returned ? 1 : 0);
    if (length > 0) this.#records++;
    this.#pending = 0;
  }

  #countReturns(chunk: Buffer): void {
    for (let at = chunk.indexOf(carriageReturn); at >= 0; at = chunk.indexOf(carriageReturn, at + 1)) {
      this.#returns++;
    }
  }

  end(): Pick<Survey, "records" | "mixedLineEnds" | "oddQuotes" | "terminated"> {
    const allReturned =
      this.#returns === this.#returnFeeds && this.#feeds - this.#returnFeeds <= this.#feedsInQuotes;
    return {
      records: this.#records + (this.#pending > 0 ? 1 : 0),
      mixedLineEnds: this.#returns > 0 && !allReturned,
      oddQuotes: this.#inQuotes,
      terminated: this.#last === lineFeed,
    };
  }
}
