import { join } from "node:path";
import type { DuckDBValue } from "@duckdb/node-api";
import { openScan, runOperations } from "../src/engine/operations.ts";
import { Session } from "../src/engine/session.ts";
import { duckdb } from "../src/sql/duckdb.ts";
import type { Scan } from "../src/sql/operation.ts";
import { compiledLink } from "./identify-run.ts";

interface Values {
  readonly nhs_number: string | null;
  readonly birth_date: string | null;
  readonly sex: string | null;
  readonly postcode: string | null;
}

/** A profile of the ledger, as cleaned. */
export type TestProfile = Values & { readonly person: number };

/** A registered death; its natural key is D and its place in the list. */
export type TestDeath = Values & { readonly date?: string; readonly cancelled?: string };

/** A stay in hospital of one person. */
export interface TestStay {
  readonly person: number;
  readonly admitted: string;
  readonly discharged: string;
  readonly method: string;
  readonly ended?: string;
}

/** What a link test puts in. `previous`: the first death was held before, once, since then. */
export interface LinkRows {
  readonly profiles: readonly TestProfile[];
  readonly deaths: readonly TestDeath[];
  readonly stays?: readonly TestStay[];
  readonly previous?: string;
}

type Row = Readonly<Record<string, string | number | boolean | null>>;

/** Runs link over rows and tells each output row as one line of text. */
export async function runLink(folder: string, rows: LinkRows) {
  const { operations, scans } = compiledLink(["hes_apc"]);
  const session = await Session.open({ threads: 2, memoryBytes: 2 ** 30, spillFolder: folder });
  try {
    for (const scan of scans) await fill(session, scan, rowsOf(scan.relation.name, rows));
    await runOperations(operations, { session, folder, hostFunctions: {} });
    const read = async (file: string, line: string) => {
      const from = `read_parquet(${duckdb.quoteText(join(folder, file))})`;
      const lines = await session.rows(file, `SELECT ${line} AS line FROM ${from} ORDER BY 1`);
      return lines.map((row): DuckDBValue | undefined => row["line"]);
    };
    return {
      links: await read("deaths.parquet", "person_id || ' D' || (record_id - 1) || ' ' || match_rank").then(
        (all) => all.filter((line) => line !== null),
      ),
      deaths: await read(
        "deaths.parquet",
        "concat_ws(' ', person_id, death_record_used, date_of_death, match_rank, coalesce(subsequent_activity, '-'))",
      ),
      held: await read("held.parquet", "concat_ws(' ', natural_key, first_held_as_at, n_tried)"),
    };
  } finally {
    session.close();
  }
}

function rowsOf(scan: string, { profiles, deaths, stays = [], previous }: LinkRows): readonly Row[] {
  switch (scan) {
    case "ledger_profiles":
      return profiles.map(({ person, ...values }) => ({
        ...values,
        person_id: person,
        is_dormant: false,
        n_records: 1,
      }));
    case "deaths_identity":
      return deaths.map((death, i) => ({
        record_id: i + 1,
        DARS_BIRD_DEATHS_ID: `D${i}`,
        DEC_CONF_NHS_NUMBER: death.nhs_number,
        DEC_DATE_OF_BIRTH: death.birth_date,
        DEC_SEX: death.sex,
        DECAD_STAT_POSTCODE: death.postcode,
      }));
    case "deaths_content":
      return deaths.map((death, i) => ({
        record_id: i + 1,
        REG_DATE_OF_DEATH: death.date ?? "2024-01-12",
        REG_DATE: "2024-01-20",
        CANCELLED_FLAG: death.cancelled ?? "N",
      }));
    case "content_hes_apc":
      return stays.map((stay, i) => ({
        record_id: i + 1,
        ADMIDATE: stay.admitted,
        EPISTART: stay.admitted,
        DISDATE: stay.discharged,
        EPIEND: stay.ended ?? stay.discharged,
        DISMETH: stay.method,
      }));
    case "persons_hes_apc":
      return stays.map((stay, i) => ({ record_id: i + 1, person_id: stay.person }));
    case "previous_held":
      return previous === undefined ? [] : [{ natural_key: "D0", first_held_as_at: previous, n_tried: 1 }];
    default:
      return [];
  }
}

async function fill(session: Session, scan: Scan, rows: readonly Row[]): Promise<void> {
  const { name, columns } = scan.relation;
  const [first] = rows;
  if (first === undefined) return await openScan(session, scan);
  const declared = columns.map((c) => `${duckdb.quoteIdentifier(c.name)} ${duckdb.typeName(c.type)}`);
  await session.run(name, `CREATE TABLE ${name} (${declared.join(", ")})`);
  const text = (value: Row[string]) =>
    value === null ? "NULL" : typeof value === "string" ? duckdb.quoteText(value) : String(value);
  const tuples = rows.map((row) => `(${Object.values(row).map(text).join(", ")})`);
  await session.run(
    name,
    `INSERT INTO ${name} (${Object.keys(first).join(", ")}) VALUES ${tuples.join(", ")}`,
  );
}
