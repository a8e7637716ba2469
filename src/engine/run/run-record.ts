import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Json, stableJson } from "../../base/stable-json.ts";
import { writeDurably } from "../durable.ts";

/** What a run did: counts, hashes, durations, and never a row. Written before the work begins, and after each step. */
export interface RunRecord {
  readonly format: 1;
  readonly id: string;
  readonly pipeline: string;
  readonly file: string;
  readonly period: string | null;
  readonly asAt: string;
  readonly versions: { readonly dars: string; readonly engine: string };
  readonly started: string;
  readonly ended: string | null;
  readonly state: "running" | "done" | "failed" | "interrupted";
  /** The code of what ended it, where it did not end well. */
  readonly reason: string | null;
  readonly steps: readonly StepReceipt[];
}

export interface StepReceipt {
  readonly id: string;
  readonly kind: string;
  readonly action: "run" | "reuse" | "skip";
  readonly why: string;
  readonly fingerprint: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly seconds: number | null;
  /** Rows of each input and of each output; an output in several formats counts once. */
  readonly took: Readonly<Record<string, number>>;
  readonly gave: Readonly<Record<string, number>>;
  /** Rows that each operation made, in order, and what it told of itself. */
  readonly operations: readonly {
    readonly id: string;
    readonly rows: number;
    readonly told?: readonly string[];
  }[];
  readonly measures: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Where its result stands, relative to the workspace. */
  readonly result: string | null;
}

const recordName = "run.json";

/** A run's name: the instant it began and its pipeline, so that names sort by time. */
export function runId(now: string, pipeline: string): string {
  return `${now.replaceAll(/[-:.Z]/g, "")}-${pipeline}`;
}

export async function writeRunRecord(runsFolder: string, record: RunRecord): Promise<void> {
  const folder = join(runsFolder, record.id);
  await mkdir(folder, { recursive: true });
  await writeDurably(join(folder, recordName), stableJson(record as unknown as Json, 2));
}

/** What each step of a pipeline told when it last ran to its end, by the step's id. */
export async function lastReceipts(
  runsFolder: string,
  pipeline: string,
): Promise<ReadonlyMap<string, StepReceipt>> {
  const records = (await readRunRecords(runsFolder)).filter((record) => record.pipeline === pipeline);
  const ran = records.flatMap(({ steps }) =>
    steps.filter(({ action, result }) => action === "run" && result),
  );
  return new Map(ran.map((step) => [step.id, step]));
}

/** All runs, oldest first. */
export async function readRunRecords(runsFolder: string): Promise<RunRecord[]> {
  const entries = await readdir(runsFolder, { withFileTypes: true }).catch(() => []);
  const names = entries
    .filter((entry) => entry.isDirectory() && /^\d{8}T\d+-/.test(entry.name))
    .map((e) => e.name);
  const records = await Promise.all(
    names.sort().map(async (name) => {
      const text = await readFile(join(runsFolder, name, recordName), "utf8").catch(() => undefined);
      return text === undefined ? [] : [JSON.parse(text) as RunRecord];
    }),
  );
  return records.flat();
}
