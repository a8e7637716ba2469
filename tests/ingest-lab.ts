import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Refusal } from "../src/base/diagnostics.ts";
import type { DataSet, Field, Shape } from "../src/catalogue/dataset.ts";
import { type IngestResult, ingestFile } from "../src/engine/ingest/ingest-file.ts";
import type { IngestRequest } from "../src/engine/ingest/ingest-request.ts";
import type { IngestStage, IngestWorkspace } from "../src/engine/ingest/workspace.ts";
import { Session } from "../src/engine/session.ts";
import { ident, sql } from "../src/sql/sql.ts";

function field(name: string, type: Field["type"], identifies: Field["identifies"]): Field {
  return { name, type, identifies, permission: "standard", meaning: name };
}

const columns = [
  "FYEAR",
  "VISITKEY",
  "NHSNO",
  "DOB",
  "SEX",
  "NOTE",
  "STARTED",
  "ENDED",
  "AGE",
  "COST",
  "URGENT",
  "SITE",
];

const common = { about: "test", columns, header: true, dates: "%Y-%m-%d", encoding: "utf-8" } as const;

/** A small data set with every class of field, and shapes that differ in all that a shape may differ in. */
export const visits: DataSet = {
  id: "visits",
  title: "Visits",
  about: "A small data set for tests",
  supplier: "nobody",
  supply: "cumulative",
  unit: "visit",
  fields: [
    field("FYEAR", "varchar", "no"),
    field("VISITKEY", "varchar", "record_key"),
    field("NHSNO", "varchar", "direct"),
    field("DOB", "date", "direct"),
    field("SEX", "varchar", "quasi"),
    field("NOTE", "varchar", "free_text"),
    field("STARTED", "date", "quasi"),
    field("ENDED", "date", "no"),
    field("AGE", "integer", "no"),
    field("COST", "double", "no"),
    field("URGENT", "boolean", "no"),
    field("SITE", "varchar", "no"),
  ],
  shapes: [
    { ...common, name: "visits-csv", delimiter: ",", quote: '"', fileName: /^visits_(?<code>\d{4})\.csv$/ },
    {
      ...common,
      name: "visits-pipe",
      delimiter: "|",
      quote: null,
      fileName: /^VISITS_(?<year>\d{4})(?<part>0[1-9]|1[0-3]|99)\.txt$/,
    },
    {
      ...common,
      name: "visits-counted",
      delimiter: "|",
      quote: null,
      columns: columns.slice(1),
      dates: "%Y%m%d",
      trailer: /^COUNT\|(?<records>\d+)$/,
    },
  ],
  naturalKey: ["VISITKEY"],
  periodDate: "STARTED",
  yearField: "FYEAR",
  roles: { nhs_number: "NHSNO", birth_date: "DOB", sex: "SEX", start_date: "STARTED" },
  checks: [
    {
      code: "V01",
      severity: "flag",
      field: "ENDED",
      about: "no visit ends before it starts",
      holds: sql`${ident("STARTED")} <= ${ident("ENDED")}`,
    },
    {
      code: "V02",
      severity: "reject",
      field: "AGE",
      about: "an age is not negative",
      holds: sql`${ident("AGE")} >= 0`,
    },
  ],
  rejectLimit: { rows: 3, ratio: 0.1 },
};

/** The header line of the shape `visits-csv`. */
export const header = columns.join(",");

/** A good row of `visits-csv`, with some of its values replaced. */
export function row(key: string, values: Readonly<Record<string, string>> = {}): string {
  const good: Record<string, string> = {
    FYEAR: "2324",
    VISITKEY: key,
    NHSNO: "9434765919",
    DOB: "1950-02-03",
    SEX: "2",
    STARTED: "2023-05-06",
    ENDED: "2023-05-07",
    AGE: "73",
    COST: "12.5",
    URGENT: "Y",
    SITE: "RX1",
    ...values,
  };
  return columns.map((name) => good[name] ?? "").join(",");
}

/** A file of `visits-csv` with these rows. */
export function csv(...rows: readonly string[]): string {
  return [header, ...rows, ""].join("\n");
}

/** A place with a store of its own. */
export class Lab {
  readonly folder: string;
  readonly store: string;
  readonly stages: IngestStage[] = [];
  readonly #catalogue: readonly DataSet[];
  readonly #threads: number;

  private constructor(folder: string, catalogue: readonly DataSet[], threads: number) {
    this.folder = folder;
    this.store = join(folder, "store");
    this.#catalogue = catalogue;
    this.#threads = threads;
  }

  static async open(catalogue: readonly DataSet[] = [visits], threads = 2): Promise<Lab> {
    const folder = await mkdtemp(join(tmpdir(), "dars-ingest-"));
    return new Lab(folder, catalogue, threads);
  }

  get workspace(): IngestWorkspace {
    return {
      store: this.store,
      catalogue: this.#catalogue,
      now: "2024-06-01T09:00:00Z",
      openSession: async (share) => await this.session(share.memory, share.name),
      onStage: (stage) => {
        this.stages.push(stage);
      },
    };
  }

  async session(memory = 1, name = "test"): Promise<Session> {
    const spillFolder = join(this.folder, "spill", name);
    await mkdir(spillFolder, { recursive: true, mode: 0o700 });
    return await Session.open({
      threads: this.#threads,
      memoryBytes: 2 ** 31 * memory,
      spillFolder,
    });
  }

  /** Writes a file beside the store. */
  async write(name: string, content: string | Uint8Array): Promise<string> {
    const path = join(this.folder, name);
    await writeFile(path, content);
    return path;
  }

  async ingest(file: string, options: Omit<IngestRequest, "file"> = {}): Promise<IngestResult> {
    return await ingestFile({ file, ...options }, this.workspace);
  }

  /** Writes a file and takes it in. */
  async take(
    name: string,
    content: string | Uint8Array,
    options: Omit<IngestRequest, "file"> = {},
  ): Promise<IngestResult> {
    return await this.ingest(await this.write(name, content), options);
  }

  /** The refusal of a file; an error if it is taken in. */
  async refused(
    name: string,
    content: string | Uint8Array,
    options: Omit<IngestRequest, "file"> = {},
  ): Promise<Refusal> {
    return await refusalOf(this.take(name, content, options));
  }

  /** Rows of a stored file, values as text. */
  async rows(path: string, columnList = "*", end = ""): Promise<Record<string, unknown>[]> {
    const session = await this.session();
    try {
      const rows = await session.rows("test", `SELECT ${columnList} FROM '${join(this.store, path)}' ${end}`);
      return rows.map((r) =>
        Object.fromEntries(Object.entries(r).map(([k, v]) => [k, v === null ? null : String(v)])),
      );
    } finally {
      session.close();
    }
  }
}

/** The refusal that work ends with; an error if it ends otherwise. */
export async function refusalOf(work: Promise<unknown>): Promise<Refusal> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error("was not refused");
}

/** The shape of that name. */
export function shapeOf(name: string): Shape {
  const shape = visits.shapes.find((s) => s.name === name);
  if (shape === undefined) throw new Error(`no shape ${name}`);
  return shape;
}
