import { type Diagnostic, diagnostic } from "../base/diagnostics.ts";
import type { SourceSpan } from "../base/span.ts";
import type { Json } from "../base/stable-json.ts";
import { type DataSet, zoneFields } from "../catalogue/dataset.ts";
import { formatYear, type Month, yearOfMonth } from "../model/period.ts";
import { current, type Release } from "../model/release.ts";
import type { Scan } from "../sql/operation.ts";
import type { Column } from "../sql/type.ts";
import type { CompiledStep, InputRequest, ResolvedInput } from "../steps/step-kind.ts";
import { coveringVersion, missingReleases, type StepVersion, versionOf } from "./step-version.ts";

/** The state of a workspace that plans are made from: metadata alone, read before planning. */
export interface WorkspaceState {
  readonly releases: readonly Release[];
  readonly versions: readonly StepVersion[];
  /** SHA-256 of each list file that a step names, by the name it is named with. */
  readonly lists: Readonly<Record<string, { readonly path: string; readonly sha256: string }>>;
  /** Files of records that a step names, by the name it is named with; absent where there is none. */
  readonly files: Readonly<Record<string, RecordFile>>;
  /** Where the store's file paths begin. */
  readonly storeRoot: string;
}

/** A file of records that somebody hands in: what it is, and its columns. */
export interface RecordFile {
  readonly path: string;
  readonly sha256: string;
  readonly format: "csv" | "parquet";
  readonly columns: readonly Column[];
  /** Those of its columns that hold bytes. */
  readonly bytes: readonly string[];
  /** Those that hold lists of single values. */
  readonly lists: readonly string[];
}

/** What deciding on inputs needs to know of the run. */
export interface InputContext {
  readonly catalogue: readonly DataSet[];
  readonly state: WorkspaceState;
  readonly period: Month | undefined;
  readonly asAt: string;
  readonly earlier: Readonly<
    Record<string, { readonly fingerprint: string; readonly compiled: CompiledStep }>
  >;
}

/** An input as planned: how to read it, what it contributes to the fingerprint, and what a person is told of it. */
export interface PlannedInput {
  readonly request: InputRequest;
  readonly resolved: ResolvedInput;
  /** null where it is recorded but does not decide what the step makes. */
  readonly identity: Json;
  readonly label: string;
  /** The version of a ledger that is read. */
  readonly version?: number;
}

type Found = PlannedInput | Diagnostic;

/**
 * Finds all inputs of a step. A ledger is the newest version that knows every record of the releases that the step
 * reads. Files of results that do not exist yet are filled in when the step runs.
 *
 * Errors: run/no-release, run/no-ledger, run/not-identified, spec/unknown-name, spec/unreadable.
 */
export function resolveInputs(
  requests: Readonly<Record<string, InputRequest>>,
  at: SourceSpan,
  context: InputContext,
): { inputs: Record<string, PlannedInput>; diagnostics: Diagnostic[] } {
  const entries = Object.entries(requests);
  const others = entries.flatMap(([name, request]): [string, Found][] =>
    request.from === "ledger" ? [] : [[name, resolveInput(name, request, at, context)]],
  );
  const releases = releasesOf(others.flatMap(([, input]) => ("code" in input ? [] : [input])));
  const ledgers = entries.flatMap(([name, request]): [string, Found][] =>
    request.from === "ledger" ? [[name, resolveLedger(name, request, at, releases, context)]] : [],
  );
  const all = [...others, ...ledgers];
  const diagnostics = all.flatMap(([, input]) => ("code" in input ? [input] : []));
  const distinct = [...new Map(diagnostics.map((d) => [`${d.code} ${d.what}`, d])).values()];
  return { inputs: Object.fromEntries(all) as Record<string, PlannedInput>, diagnostics: distinct };
}

/** The releases behind inputs, each once. */
export function releasesOf(inputs: readonly PlannedInput[]): StepVersion["releases"] {
  const releases = inputs.flatMap((input) => input.resolved.releases);
  return [...new Map(releases.map(({ dataSet, number }) => [number, { dataSet, number }])).values()];
}

function resolveInput(
  name: string,
  request: Exclude<InputRequest, LedgerRequest>,
  at: SourceSpan,
  context: InputContext,
): Found {
  switch (request.from) {
    case "content":
    case "identity":
      return resolveZone(name, request, at, context);
    case "result":
      return resolveResult(name, request, context);
    case "predecessor":
      return {
        request,
        resolved: { scan: { relation: { name, columns: request.columns }, files: [] }, releases: [] },
        identity: null,
        label: "its own previous version",
      };
    case "list":
      return resolveList(name, request, at, context);
    case "file":
      return resolveFile(name, request, at, context);
  }
}

type ZoneRequest = Extract<InputRequest, { from: "content" | "identity" }>;

function resolveZone(name: string, request: ZoneRequest, at: SourceSpan, context: InputContext): Found {
  const dataSet = context.catalogue.find((d) => d.id === request.dataSet);
  if (dataSet === undefined) {
    const known = context.catalogue.map((d) => d.id);
    return diagnostic("spec/unknown-name", at, { what: "data set", name: request.dataSet, known });
  }
  const { releases, missing } = chooseReleases(request, context);
  if (missing !== undefined)
    return diagnostic("run/no-release", at, { dataSet: dataSet.id, wanted: missing });
  const files = releases.flatMap((release) =>
    release[request.from].map((file) => ({
      path: `${context.state.storeRoot}/${file.path}`,
      columns: ["record_id", ...release.fields[request.from]],
    })),
  );
  return {
    request,
    resolved: { scan: { relation: { name, columns: zoneColumns(dataSet, request.from) }, files }, releases },
    identity: releases.flatMap((release) => release[request.from].map((file) => file.sha256)),
    label: `${dataSet.id} ${request.from}, ${releases.map((r) => `release ${r.number}`).join(", ") || "no release"}`,
  };
}

/** record_id, then every field that the zone may hold, of all years and shapes. */
export function zoneColumns(dataSet: DataSet, zone: "content" | "identity"): Column[] {
  const held = zoneFields(dataSet, zone);
  return [{ name: "record_id", type: "bigint" }, ...held.map(({ name, type }) => ({ name, type }))];
}

function chooseReleases(
  request: ZoneRequest,
  context: InputContext,
): { releases: readonly Release[]; missing?: string } {
  const { state, asAt, period } = context;
  if (request.release !== undefined) {
    const named = state.releases.filter((r) => r.dataSet === request.dataSet && r.number === request.release);
    return named.length === 0 ? { releases: [], missing: `release ${request.release}` } : { releases: named };
  }
  const received = { asAt: `${asAt}T23:59:59.999Z` };
  if (request.cohort !== undefined) {
    const lists = current(state.releases, request.dataSet, { ...received, cohort: request.cohort });
    return lists.length === 0 ? { releases: [], missing: `cohort ${request.cohort}` } : { releases: lists };
  }
  const choice = { ...received, ...(period === undefined ? {} : { through: period }) };
  const all = current(state.releases, request.dataSet, choice);
  const { years } = request;
  if (years === undefined)
    return all.length === 0 ? { releases: all, missing: "any period" } : { releases: all };
  const releases = all.filter((r) => years.includes(yearOfMonth(r.period.from)));
  const absent = years.filter((year) => !releases.some((r) => yearOfMonth(r.period.from) === year));
  return absent.length === 0 ? { releases } : { releases, missing: absent.map(formatYear).join(", ") };
}

function resolveResult(
  name: string,
  request: Extract<InputRequest, { from: "result" }>,
  context: InputContext,
): Found {
  const earlier = context.earlier[request.step];
  const columns = earlier?.compiled.outputs[request.output]?.columns ?? [];
  return {
    request,
    resolved: { scan: { relation: { name, columns }, files: [] }, releases: [] },
    identity: [earlier?.fingerprint ?? null, request.output],
    label: `${request.output} of step ${request.step}`,
  };
}

type LedgerRequest = Extract<InputRequest, { from: "ledger" }>;

function resolveLedger(
  name: string,
  request: LedgerRequest,
  at: SourceSpan,
  releases: StepVersion["releases"],
  context: InputContext,
): Found {
  const { ledger } = request;
  const newest = versionOf(context.state.versions, ledger);
  if (newest === undefined) return diagnostic("run/no-ledger", at, { ledger });
  const version = coveringVersion(context.state.versions, ledger, releases);
  const output = version?.outputs[request.output];
  if (version === undefined || output === undefined) {
    const missing = missingReleases(newest, releases).map((r) => `release ${r.number} of ${r.dataSet}`);
    return diagnostic("run/not-identified", at, {
      ledger,
      what: missing.join(", ") || `"${request.output}"`,
    });
  }
  return {
    request,
    resolved: { scan: { relation: { name, columns: output.columns }, files: [] }, releases: [] },
    identity: [version.fingerprint, version.number, request.output],
    label: `ledger ${ledger}, version ${version.number}`,
    version: version.number,
  };
}

function resolveList(
  name: string,
  request: Extract<InputRequest, { from: "list" }>,
  at: SourceSpan,
  context: InputContext,
): Found {
  const list = context.state.lists[request.file];
  if (list === undefined)
    return diagnostic("spec/unreadable", at, { reason: `no such file: ${request.file}` });
  return {
    request,
    resolved: {
      scan: { relation: { name, columns: [{ name: request.column, type: "varchar" }] }, files: [] },
      releases: [],
    },
    identity: list.sha256,
    label: `list ${request.file}`,
  };
}

function resolveFile(
  name: string,
  request: Extract<InputRequest, { from: "file" }>,
  at: SourceSpan,
  context: InputContext,
): Found {
  const file = context.state.files[request.file];
  if (file === undefined)
    return diagnostic("spec/unreadable", at, { reason: `no such file: ${request.file}` });
  const { path, columns, format, bytes, lists } = file;
  const encoded = request.encoding === undefined ? {} : { encoding: request.encoding };
  const scan: Scan = {
    relation: { name, columns },
    files: [{ path, columns: columns.map((column) => column.name) }],
    ...(format === "csv" ? { delimiter: request.delimiter ?? ",", ...encoded } : { bytes, lists }),
  };
  const identity = scan.encoding === undefined ? file.sha256 : [file.sha256, scan.encoding];
  return { request, resolved: { scan, releases: [] }, identity, label: `file ${request.file}` };
}
