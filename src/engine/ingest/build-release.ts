import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { refuse } from "../../base/diagnostics.ts";
import type { FindingCount } from "../../base/messages/ingest.ts";
import type { Encoding } from "../../catalogue/dataset.ts";
import type { StoredFile } from "../../model/release.ts";
import type { Layout } from "../../steps/ingest/layout.ts";
import { checksOf, rejectingCounts, rejectLimit } from "../../steps/ingest/tally.ts";
import { EngineError } from "../engine-error.ts";
import type { Session } from "../session.ts";
import { releaseFolder } from "../store.ts";
import { type DeclaredCount, lastLine, type Source } from "./open-source.ts";
import { type Prepared, prepare } from "./prepare.ts";
import {
  type Audit,
  auditFile,
  faultsOf,
  proveZones,
  writeContent,
  writeIdentity,
  writeRejects,
} from "./scan.ts";
import { type Settled, settled, unwrap } from "./settled.ts";
import { type KnownFault, type Reject, siftFile } from "./sift.ts";
import { storedFile } from "./stored-file.ts";
import type { Survey } from "./survey.ts";
import type { IngestWorkspace } from "./workspace.ts";

/** One file on its way into the store. */
export interface IngestTask {
  readonly source: Source;
  readonly layout: Layout;
  readonly encoding: Encoding;
  readonly counts: readonly DeclaredCount[];
  readonly trailerAt: number | undefined;
  /** Number of the release to be. */
  readonly number: number;
  /** Private folder on the store's file system; `content` and `identity` below it become the release. */
  readonly staging: string;
}

/** A release's files, staged and on disk, named as they will be in the store. */
export interface Built {
  readonly sha256: string;
  readonly rows: { readonly in: number; readonly kept: number; readonly rejected: number };
  readonly checks: Readonly<Record<string, number>>;
  readonly years: readonly string[];
  readonly content: readonly StoredFile[];
  readonly identity: readonly StoredFile[];
  readonly rejects: readonly StoredFile[];
}

/** Shares of the two sessions that scan one file side by side: identity and checks, and the wide content. */
const auditShare = { name: "audit", memory: 0.4, threads: 0.5 } as const;
const contentShare = { name: "content", memory: 0.6, threads: 0.5 } as const;

/**
 * Reads a file into staged Parquet. The survey of its bytes, the scan of identity and checks, and the scan of content run
 * side by side over the file as it stands; only where rows are bad is the file sifted and content scanned again.
 *
 * Errors: those of surveyFile and siftFile, ingest/record-count, ingest/no-records, ingest/truncated,
 * ingest/unsplittable, ingest/too-many-records, ingest/too-many-rejects.
 */
export async function buildRelease(task: IngestTask, workspace: IngestWorkspace): Promise<Built> {
  for (const zone of ["content", "identity"]) await mkdir(join(task.staging, zone), { mode: 0o700 });
  await workspace.onStage?.("reading");
  const { source, layout, encoding, trailerAt, staging } = task;
  const prepared = await prepare(source, layout.shape, encoding, trailerAt, staging);
  const audits = await workspace.openSession(auditShare);
  const contents = await workspace.openSession(contentShare).catch(async (error: unknown) => {
    audits.close();
    await prepared.survey;
    throw error;
  });
  try {
    return await new Build(task, workspace, prepared, audits, contents).run();
  } finally {
    audits.close();
    contents.close();
  }
}

/** A way of reading that accounts for every record: what is kept, from which file, and what is not. */
interface Reading {
  readonly records: number;
  readonly audit: Audit;
  /** By row of the audit. */
  readonly faults: ReadonlyMap<number, KnownFault>;
  /** Records that are not whole, by rule code. */
  readonly structural: readonly FindingCount[];
  /** The file that was audited. */
  readonly path: string;
}

class Build {
  readonly #task: IngestTask;
  readonly #workspace: IngestWorkspace;
  readonly #prepared: Prepared;
  readonly #audits: Session;
  readonly #contents: Session;

  constructor(
    task: IngestTask,
    workspace: IngestWorkspace,
    prepared: Prepared,
    audits: Session,
    contents: Session,
  ) {
    this.#task = task;
    this.#workspace = workspace;
    this.#prepared = prepared;
    this.#audits = audits;
    this.#contents = contents;
  }

  async run(): Promise<Built> {
    const { path } = this.#prepared;
    const attempt = settled(auditFile(this.#audits, this.#task.layout, path, this.#task.staging));
    const content = settled(this.#writeContent(path));
    const stop = async () => {
      this.#audits.interrupt();
      this.#contents.interrupt();
      await Promise.all([attempt, content, this.#prepared.survey]);
    };
    try {
      const survey = unwrap(await this.#prepared.survey);
      this.#checkSize(survey);
      await this.#checkEnd(survey);
      const reading = (await this.#plainReading(survey, await attempt)) ?? (await this.#carefulReading());
      this.#checkCounts(reading.records);
      this.#checkLimit(reading);
      if (total(reading.structural) + reading.faults.size === 0 && reading.path === path) {
        unwrap(await content);
        return await this.#finish(survey, reading, []);
      }
      await stop();
      return await this.#finish(survey, reading, await this.#rejectAndRewrite(reading));
    } catch (error) {
      await stop();
      throw error;
    }
  }

  async #writeContent(path: string): Promise<number> {
    const { layout, number, staging } = this.#task;
    return await writeContent(this.#contents, layout, path, number, join(staging, "content", "part.parquet"));
  }

  #checkSize({ records }: Survey): void {
    const { source, layout } = this.#task;
    const { mostRecords: most = Number.POSITIVE_INFINITY, header } = layout.shape;
    const found = records - (header ? 1 : 0);
    if (found > most) refuse("ingest/too-many-records", { file: source.file }, { records: found, most });
  }

  /** A last record without its line end may be half a record; fewer fields than columns prove it. */
  async #checkEnd(survey: Survey): Promise<void> {
    const { source, layout } = this.#task;
    if (survey.terminated || survey.records <= 1 || survey.oddQuotes) return;
    const { text } = await lastLine(source);
    const { delimiter, columns, trailer } = layout.shape;
    if (trailer === undefined && text.split(delimiter).length < columns.length) {
      refuse(
        "ingest/truncated",
        { file: source.file },
        { why: "its last line has no end and too few fields" },
      );
    }
  }

  /** The reading of the file as it stands, or undefined where something in its structure is wrong. */
  async #plainReading(survey: Survey, attempt: Settled<Audit>): Promise<Reading | undefined> {
    const { shape } = this.#task.layout;
    if (!attempt.ok && !isStructural(attempt.error)) throw attempt.error;
    const around = (shape.header ? 1 : 0) + (shape.trailer === undefined ? 0 : 1);
    const records = survey.records - around;
    if (!attempt.ok || survey.mixedLineEnds || survey.oddQuotes || attempt.value.rows !== records) {
      return undefined;
    }
    return await this.#readingOf(attempt.value, records, [], this.#prepared.path);
  }

  /** The reading of the file without the records that are not whole. */
  async #carefulReading(): Promise<Reading> {
    await this.#workspace.onStage?.("sifting");
    this.#contents.interrupt();
    const { source, layout, staging } = this.#task;
    const path = join(staging, "whole.csv");
    const sifted = await siftFile(this.#prepared.path, path, {
      file: source.file,
      shape: layout.shape,
      collect: false,
    });
    this.#checkCounts(sifted.records);
    this.#refuseBeyondLimit(sifted.records, sifted.records - sifted.kept, sifted.counts);
    const audit = await auditFile(this.#audits, layout, path, staging).catch((error: unknown) => {
      if (!isStructural(error)) throw error;
      return refuse("ingest/unsplittable", { file: source.file }, { read: 0, counted: sifted.kept });
    });
    if (audit.rows !== sifted.kept) {
      refuse("ingest/unsplittable", { file: source.file }, { read: audit.rows, counted: sifted.kept });
    }
    return await this.#readingOf(audit, sifted.records, sifted.counts, path);
  }

  async #readingOf(
    audit: Audit,
    records: number,
    structural: readonly FindingCount[],
    path: string,
  ): Promise<Reading> {
    const withinLimit = audit.rejected + total(structural) <= rejectLimit(this.#task.layout.dataSet, records);
    const faults =
      audit.rejected === 0 || !withinLimit
        ? new Map<number, KnownFault>()
        : await faultsOf(this.#audits, this.#task.layout, audit);
    return { records, audit, faults, structural, path };
  }

  /** Sets the bad rows apart and scans the good ones for content. Out: the rejects, by record. */
  async #rejectAndRewrite(reading: Reading): Promise<readonly Reject[]> {
    await this.#workspace.onStage?.("sifting");
    const { source, layout, staging } = this.#task;
    const kept = join(staging, "kept.csv");
    const { rejects } = await siftFile(this.#prepared.path, kept, {
      file: source.file,
      shape: layout.shape,
      collect: true,
      faults: reading.faults,
    });
    await this.#writeContent(kept);
    return rejects;
  }

  #checkCounts(records: number): void {
    const { source, counts } = this.#task;
    const wrong = counts.find((count) => count.records !== records);
    if (wrong !== undefined) {
      const found = { declared: wrong.records, found: records, by: wrong.by };
      refuse("ingest/record-count", { file: source.file }, found);
    }
    if (records === 0 && counts.length === 0) refuse("ingest/no-records", { file: source.file }, {});
  }

  #checkLimit({ audit, structural, records }: Reading): void {
    const counts = [...structural, ...rejectingCounts(this.#task.layout, audit.counts)];
    this.#refuseBeyondLimit(records, total(structural) + audit.rejected, counts);
  }

  #refuseBeyondLimit(records: number, rejected: number, counts: readonly FindingCount[]): void {
    const limit = rejectLimit(this.#task.layout.dataSet, records);
    if (rejected <= limit) return;
    refuse(
      "ingest/too-many-rejects",
      { file: this.#task.source.file },
      {
        rejected,
        records,
        limit,
        counts: [...counts].sort((a, b) => b.rows - a.rows),
      },
    );
  }

  async #finish(survey: Survey, reading: Reading, rejects: readonly Reject[]): Promise<Built> {
    const { layout, number, staging } = this.#task;
    const content = join(staging, "content", "part.parquet");
    const identity = join(staging, "identity", "part.parquet");
    const kept = reading.records - rejects.length;
    await writeIdentity(this.#audits, layout, reading.audit, number, reading.faults, identity);
    await proveZones(this.#audits, layout, number, kept, { content, identity });
    if (rejects.length > 0) {
      await writeRejects(this.#audits, rejects, join(staging, "identity", "rejects.parquet"));
    }
    const stored = async (zone: "content" | "identity", file: string, rows: number) =>
      await storedFile(staging, zone, file, rows, releaseFolder(zone, layout.dataSet.id, number));
    return {
      sha256: survey.sha256,
      rows: { in: reading.records, kept, rejected: rejects.length },
      checks: checksOf([...reading.structural, ...reading.audit.counts]),
      years: reading.audit.years,
      content: [await stored("content", "part.parquet", kept)],
      identity: [await stored("identity", "part.parquet", kept)],
      rejects: rejects.length === 0 ? [] : [await stored("identity", "rejects.parquet", rejects.length)],
    };
  }
}

/** A broken row ends a scan with this kind of error. */
function isStructural(error: unknown): boolean {
  return error instanceof EngineError && error.type === "Invalid Input";
}

function total(counts: readonly FindingCount[]): number {
  return counts.reduce((sum, { rows }) => sum + rows, 0);
}
