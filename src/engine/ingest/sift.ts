import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { finished } from "node:stream/promises";
import { refuse } from "../../base/diagnostics.ts";
import type { FindingCount } from "../../base/messages/ingest.ts";
import type { Shape } from "../../catalogue/dataset.ts";
import { maxRecordBytes } from "../../steps/ingest/compile.ts";
import { type RawRecord, readRecords } from "./records.ts";

/** A record that is not kept, and why. The raw line goes to the rejects file and nowhere else. */
export interface Reject {
  /** Number of the record in the file, from 1. */
  readonly record: number;
  readonly line: number;
  readonly code: string;
  readonly field: string | null;
  readonly raw: string;
}

/** What is known to be wrong with a record that is whole. */
export interface KnownFault {
  readonly code: string;
  readonly field: string;
}

/** What a sifting found. */
export interface Sifted {
  /** Records of the file, header and trailer not counted. */
  readonly records: number;
  readonly kept: number;
  /** Records that are not kept, by rule code. */
  readonly counts: readonly FindingCount[];
  /** By record number; empty unless they were to be collected. */
  readonly rejects: readonly Reject[];
}

export interface SiftOptions {
  /** The file as the user named it, for messages. */
  readonly file: string;
  readonly shape: Shape;
  /** Whether rejects are collected, once it is known that they are few; else they are counted alone. */
  readonly collect: boolean;
  /** By number among the whole records, which is how a scan of the sifted file numbers them. */
  readonly faults?: ReadonlyMap<number, KnownFault>;
}

const flushBytes = 2 ** 22;

/**
 * Copies the good records of a file to a new one with one line end, and sets the others apart. A record is whole if it has
 * as many fields as the shape has columns; one empty field more is taken, as the database takes it.
 *
 * Errors: ingest/unterminated-quote with the line on which the open record begins.
 */
export async function siftFile(source: string, target: string, options: SiftOptions): Promise<Sifted> {
  const handle = await open(source, "r");
  const output = createWriteStream(target, { mode: 0o600, highWaterMark: flushBytes });
  const ended = finished(output);
  const sieve = new Sieve(options);
  try {
    for await (const records of readRecords(handle, options.shape)) {
      const good = sieve.pass(records);
      if (!output.write(good)) await Promise.race([once(output, "drain"), ended]);
    }
    output.end();
    await ended;
  } finally {
    output.destroy();
    await ended.catch(() => undefined);
    await closeQuietly(handle);
  }
  return sieve.result;
}

async function closeQuietly(handle: FileHandle): Promise<void> {
  await handle.close();
}

const newLine = Buffer.from("\n");

class Sieve {
  readonly #options: SiftOptions;
  readonly #rejects: Reject[] = [];
  readonly #counts = new Map<string, number>();
  #header: boolean;
  #records = 0;
  #whole = 0;
  #kept = 0;

  constructor(options: SiftOptions) {
    this.#options = options;
    this.#header = options.shape.header;
  }

  pass(records: readonly RawRecord[]): Buffer {
    const good: Buffer[] = [];
    for (const record of records) {
      if (this.#header) {
        this.#header = false;
        good.push(record.bytes, newLine);
      } else if (this.#take(record)) {
        good.push(record.bytes, newLine);
      }
    }
    return Buffer.concat(good);
  }

  #take(record: RawRecord): boolean {
    this.#records++;
    const fault = this.#structuralFault(record) ?? this.#options.faults?.get(++this.#whole);
    if (fault === undefined) {
      this.#kept++;
      return true;
    }
    const { code, field } = fault;
    this.#counts.set(code, (this.#counts.get(code) ?? 0) + 1);
    if (this.#options.collect) {
      const raw = record.bytes.toString("utf8");
      this.#rejects.push({ record: this.#records, line: record.line, code, field, raw });
    }
    return false;
  }

  #structuralFault(record: RawRecord): { code: string; field: null } | undefined {
    const { shape, file } = this.#options;
    if (record.state === "open") refuse("ingest/unterminated-quote", { file, line: record.line }, {});
    if (record.state === "junk") return { code: "ROW-QUOTES", field: null };
    if (record.state === "return") return { code: "ROW-LINE-END", field: null };
    if (record.bytes.length >= maxRecordBytes) return { code: "ROW-LENGTH", field: null };
    const wanted = shape.columns.length;
    const right = record.fields === wanted || (record.fields === wanted + 1 && record.emptyLast);
    return right ? undefined : { code: "ROW-FIELDS", field: null };
  }

  get result(): Sifted {
    const counts = [...this.#counts].map(([code, rows]) => ({ code, field: "(whole row)", rows }));
    return { records: this.#records, kept: this.#kept, counts, rejects: this.#rejects };
  }
}
