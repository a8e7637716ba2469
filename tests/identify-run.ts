import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { catalogue } from "../src/catalogue/catalogue.ts";
import type { IdentityRole } from "../src/catalogue/dataset.ts";
import { components } from "../src/engine/host/components.ts";
import { openScan, runOperations } from "../src/engine/operations.ts";
import { Session } from "../src/engine/session.ts";
import type { SubmittedRecord } from "../src/model/identity-oracle.ts";
import type { Release } from "../src/model/release.ts";
import { zoneColumns } from "../src/plan/resolve-inputs.ts";
import { duckdb } from "../src/sql/duckdb.ts";
import type { Operation, Scan } from "../src/sql/operation.ts";
import type { Column } from "../src/sql/type.ts";
import { identifyKind } from "../src/steps/identify/identify-kind.ts";
import { linkKind } from "../src/steps/link/link-kind.ts";
import type { CompiledStep, InputRequest, ResolvedInput, StepKind } from "../src/steps/step-kind.ts";

/** A record of a data set, as submitted; `id` names it. */
export type TestRecord = Omit<SubmittedRecord, "key"> & { readonly dataSet: string; readonly id: number };

/** A step compiled for a test, with the scans it reads; nothing has files yet. */
export interface TestStep {
  readonly operations: readonly Operation[];
  readonly outputs: CompiledStep["outputs"];
  readonly scans: readonly Scan[];
}

/** The identify step over some data sets. */
export function compiledIdentify(datasets: readonly string[]): TestStep {
  return compiled(identifyKind, { datasets: [...datasets], rule_set: "hesid@1", ledger: "hes" });
}

/** The link step over some data sets. */
export function compiledLink(datasets: readonly string[], asAt?: string): TestStep {
  const spec = { datasets: [...datasets], rule_set: "hes-ons@1", ledger: "hes", deaths: "ons_deaths" };
  return compiled(linkKind, spec, asAt === undefined ? {} : { asAt });
}

/** What a kind finds wrong with a specification: place and code of each mistake. */
export function checked<Spec>(kind: StepKind<Spec>, spec: Spec): string[] {
  const at = (...path: readonly (string | number)[]) => ({ file: path.join(".") });
  const found = kind.check(spec, { catalogue, agreement: undefined, at, earlier: {} });
  return found.map((d) => `${d.at.file} ${d.code}`);
}

interface Given {
  readonly asAt?: string;
  /** Columns of inputs that neither the catalogue nor a ledger knows: files, and results of other steps. */
  readonly columns?: Readonly<Record<string, readonly Column[]>>;
}

/** A step compiled over inputs without files. */
export function compiled<Spec, Written>(
  kind: StepKind<Spec, Written>,
  spec: Spec,
  { asAt = "2024-05-31", columns = {} }: Given = {},
): TestStep {
  const requests = kind.inputs(spec, { agreement: undefined, catalogue });
  const inputs = Object.fromEntries(
    Object.entries(requests).map(([name, request]) => [name, emptyInput(name, request, columns[name])]),
  );
  const step = kind.compile(spec, {
    stepId: "step",
    catalogue,
    inputs,
    agreement: undefined,
    pipeline: { name: "identify-hes", title: "Identify" },
    period: undefined,
    asAt,
    earlier: {},
  });
  return { ...step, scans: Object.values(inputs).map((input) => input.scan) };
}

/** What steps ask of the release of a customer's list. */
const listReceived = {
  ...{ number: 1, received: "2024-05-01T09:00:00.000Z", rows: { in: 3, kept: 2, rejected: 1 } },
  checks: { "COHORT-STATUS": 1 },
} as unknown as Release;

/** An input without files. */
export function emptyInput(name: string, request: InputRequest, given?: readonly Column[]): ResolvedInput {
  if (given !== undefined) return { scan: { relation: { name, columns: given }, files: [] }, releases: [] };
  if (request.from === "predecessor") {
    return { scan: { relation: { name, columns: request.columns }, files: [] }, releases: [] };
  }
  if (request.from === "ledger") {
    const columns = compiledIdentify(["hes_apc", "hes_op", "hes_ae"]).outputs[request.output]?.columns ?? [];
    return { scan: { relation: { name, columns }, files: [] }, releases: [] };
  }
  if (request.from !== "identity" && request.from !== "content") throw new Error("not an input of this test");
  const dataSet = catalogue.find((d) => d.id === request.dataSet);
  if (dataSet === undefined) throw new Error(`no data set ${request.dataSet}`);
  const releases = request.cohort === undefined ? [] : [listReceived];
  return { scan: { relation: { name, columns: zoneColumns(dataSet, request.from) }, files: [] }, releases };
}

/** Runs identify over records in their order, after the run that wrote `before`; writes into `folder`. */
export async function runIdentify(
  folder: string,
  records: readonly TestRecord[],
  before: string | undefined,
) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const datasets = ["hes_apc", "hes_op"];
  const { operations, scans } = compiledIdentify(datasets);
  const session = await Session.open({ threads: 2, memoryBytes: 2 ** 30, spillFolder: folder });
  try {
    for (const scan of scans) await openTestScan(session, scan, records, before);
    await runOperations(operations, { session, folder, hostFunctions: { "components@1": components } });
    return await outcome(session, folder);
  } finally {
    session.close();
  }
}

async function openTestScan(
  session: Session,
  scan: Scan,
  records: readonly TestRecord[],
  before: string | undefined,
) {
  const { name, columns } = scan.relation;
  if (name.startsWith("previous_")) {
    const path = before === undefined ? [] : [join(before, `${name.slice("previous_".length)}.parquet`)];
    const names = columns.map((c) => c.name);
    return await openScan(session, { ...scan, files: path.map((p) => ({ path: p, columns: names })) });
  }
  const declared = columns.map((c) => `${duckdb.quoteIdentifier(c.name)} ${duckdb.typeName(c.type)}`);
  await session.run(name, `CREATE TABLE ${name} (${declared.join(", ")})`);
  const dataSet = catalogue.find((d) => name === `identity_${d.id}`);
  const own = records.filter((r) => r.dataSet === dataSet?.id);
  if (dataSet === undefined || own.length === 0) return;
  const roles = Object.entries(dataSet.roles).filter(([role]) => role !== "start_date") as unknown as [
    Exclude<IdentityRole, "start_date" | "family_name" | "given_name">,
    string,
  ][];
  // A field may serve two roles.
  const chosen = roles.filter(([, field], i) => roles.findIndex(([, other]) => other === field) === i);
  const rows = own.map((record) => {
    const values = chosen.map(([role]) => (role === "end_date" ? record.end : record[role]));
    const texts = [`K${String(record.id).padStart(3, "0")}`, ...values].map((v) =>
      v === null ? "NULL" : duckdb.quoteText(v),
    );
    return `(${[records.indexOf(record) + 1, ...texts].join(", ")})`;
  });
  const names = ["record_id", dataSet.naturalKey[0] ?? "", ...chosen.map(([, field]) => field)];
  await session.run(name, `INSERT INTO ${name} (${names.join(", ")}) VALUES ${rows.join(", ")}`);
}

async function outcome(session: Session, folder: string) {
  const read = (file: string) => `read_parquet(${duckdb.quoteText(join(folder, file))})`;
  const persons = await session.rows(
    "persons",
    `SELECT k.key, CAST(p.person_id AS INTEGER) AS person FROM (
      SELECT record_id, EPIKEY AS key FROM identity_hes_apc UNION ALL SELECT record_id, ATTENDKEY FROM identity_hes_op) AS k
    JOIN read_parquet(${duckdb.quoteText(join(folder, "persons/*.parquet"))}) AS p USING (record_id) ORDER BY k.key`,
  );
  const events = await session.rows(
    "events",
    `SELECT kind, CAST(old_id AS INTEGER) AS old_id, CAST(new_id AS INTEGER) AS new_id FROM ${read("events.parquet")}`,
  );
  const founding = await session.rows(
    "founding",
    `SELECT CAST(person_id AS INTEGER) AS person FROM ${read("profiles.parquet")} WHERE is_founding ORDER BY 1`,
  );
  const pairs = (kind: string) =>
    events
      .filter((e) => e["kind"] === kind)
      .map((e) => `${e["old_id"]} ${e["new_id"]}`)
      .sort();
  return {
    persons: new Map(persons.map((row) => [row["key"], row["person"]])),
    merges: pairs("merge"),
    splits: pairs("split"),
    founding: founding.map((row) => row["person"]),
    highest: events.find((e) => e["kind"] === "birth")?.["new_id"],
  };
}
