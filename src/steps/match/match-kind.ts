import type { Json } from "../../base/stable-json.ts";
import { unitsOf } from "../../model/linkage/weights.ts";
import type { Copy, HostCall, Operation } from "../../sql/operation.ts";
import { type Sql, sql } from "../../sql/sql.ts";
import { columns } from "../../sql/statement.ts";
import type { Column, SqlType } from "../../sql/type.ts";
import type { CompiledStep, InputRequest, StepContext, StepKind } from "../step-kind.ts";
import { checkMatch } from "./check-match.ts";
import { checkInputs } from "./check-match-inputs.ts";
import { boundedScoring } from "./compile-bounded.ts";
import {
  firstLedgerQuery,
  keptClusterQuery,
  ledgerColumns,
  ledgerMeasure,
  ledgerQuery,
  ledgerStatements,
  previous,
  previousColumns,
} from "./compile-ledger.ts";
import { plainScoring, type Weighing } from "./compile-plain.ts";
import { encodedTable, recordsTable, sourceName, tables, valueTables } from "./compile-records.ts";
import { reportOperations, reportOutput, specificationPrint } from "./compile-report.ts";
import {
  clusterColumns,
  clusterQuery,
  linkColumns,
  linkQuery,
  resultTables,
  scoredColumns,
} from "./compile-results.ts";
import { trainingCounts } from "./compile-training.ts";
import { modelInclusion } from "./complete-match.ts";
import { labelledTable, labelsFile } from "./labels-query.ts";
import {
  decisionOf,
  type MatchSpec,
  matchSchema,
  previousOf,
  thresholdBits,
  type WrittenMatch,
} from "./match-spec.ts";
import { type ResolvedMatch, resolveMatch } from "./resolve-match.ts";

/**
 * Finds records of one person by a Fellegi–Sunter model: pairs that a blocking rule brings together are weighed, and
 * links are chosen among them.
 *
 * Outputs: `links` (one per pair), `clusters` (one per record), `ledger` (what became of the clusters' ids), `model` (the
 * trained model), `report` (its numbers, and the page that shows them).
 */
export const matchKind: StepKind<MatchSpec, WrittenMatch> = {
  kind: "match",
  about:
    "Links records within and between files by a Fellegi–Sunter model, learned from the records themselves.",
  schema: matchSchema,
  inclusion: modelInclusion,
  home: "links",
  inputs,
  check: checkMatch,
  checkInputs,
  compile,
};

function inputs(spec: MatchSpec): Record<string, InputRequest> {
  const { sources, training } = spec;
  const found = Object.entries(sources).map(([name, source]): [string, InputRequest] => [
    sourceName(name),
    requestOf(source),
  ]);
  const { labels } = training ?? {};
  return {
    ...Object.fromEntries(found),
    ...previousRequests(spec),
    ...(labels === undefined ? {} : { [labelsFile]: { from: "file", file: labels.file } }),
  };
}

/** The linkage before: files that are named, or this step's own last result. */
function previousRequests(spec: MatchSpec): Record<string, InputRequest> {
  const from = previousOf(spec);
  if (from === "none") return {};
  if (from === "predecessor") {
    return {
      [previous.clusters]: { from, output: "clusters", columns: previousColumns },
      [previous.ledger]: { from, output: "ledger", columns: ledgerColumns },
    };
  }
  return {
    [previous.clusters]: { from: "file", file: from.clusters },
    ...(from.ledger === undefined ? {} : { [previous.ledger]: { from: "file", file: from.ledger } }),
  };
}

function requestOf(source: MatchSpec["sources"][string]): InputRequest {
  if ("step" in source) return { from: "result", step: source.step, output: source.output };
  const { file, delimiter, encoding } = source;
  return {
    ...{ from: "file", file },
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(encoding === undefined ? {} : { encoding }),
  };
}

function compile(spec: MatchSpec, context: StepContext): CompiledStep {
  const sources = Object.keys(spec.sources);
  const resolved = resolveMatch({ ...spec, sources });
  const idType = typeOfIds(spec.sources, context);
  const links = linkFilesOf(sources, idType, spec);
  return {
    operations: [
      recordsTable(resolved, spec.sources, idType),
      ...valueTables(resolved),
      encodedTable(resolved, idType),
      ...(spec.training?.labels === undefined ? [] : [labelledTable(sources)]),
      ...hostCalls(spec, resolved),
      { kind: "document", id: "model", query: sql`SELECT model FROM model`, file: "model.json" },
      ...(spec.makes === "model" ? [] : links.copies),
    ],
    outputs: {
      ...(spec.makes === "model" ? {} : links.outputs),
      model: { columns: [], files: ["model.json"] },
    },
    facts: { sources, similarity: "duckdb", plan: planWords[spec.plan], comparisons: levelsOf(resolved) },
  };
}

/** The files that links are written to. */
function linkFilesOf(sources: readonly string[], idType: SqlType, spec: MatchSpec) {
  const from = previousOf(spec);
  const hasLedger = from === "predecessor" || (from !== "none" && from.ledger !== undefined);
  const isFirst = from === "none";
  return {
    copies: [
      parquet("links", linkQuery(sources), linkColumns(idType)),
      ...(isFirst ? [] : ledgerStatements(sources, idType, hasLedger)),
      parquet(
        "clusters",
        isFirst ? clusterQuery(sources) : keptClusterQuery(sources),
        clusterColumns(idType),
      ),
      parquet("ledger", isFirst ? firstLedgerQuery() : ledgerQuery(), ledgerColumns),
      ...(isFirst ? [] : [ledgerMeasure()]),
    ],
    outputs: {
      links: { columns: linkColumns(idType), files: ["links.parquet"] },
      clusters: { columns: clusterColumns(idType), files: ["clusters.parquet"] },
      ledger: { columns: ledgerColumns, files: ["ledger.parquet"] },
      report: reportOutput,
    },
  };
}

/** Which plan scores the pairs, and why. How many there are is counted before the walk, and told of each run. */
const planWords: Readonly<Record<MatchSpec["plan"], string>> = {
  auto: "kernel, chosen: typed arrays in this process outdo SQL at any number of pairs; that number, counted first, decides on threads and parts",
  kernel: "kernel, as asked",
  bounded:
    "bounded, as asked: SQL that drops pairs by bounds before it looks at text; in training it looks at all",
  plain: "plain, as asked: SQL that looks at every level of every pair, in training too",
};

/** The levels of each comparison in words, the best first: what a ready-made one stands for. */
function levelsOf({ model }: ResolvedMatch): { readonly [comparison: string]: Json } {
  const labels = model.comparisons.map(({ name, levels }): [string, Json] => [
    name,
    levels.map(({ label }) => label).reverse(),
  ]);
  return Object.fromEntries(labels);
}

/** Whole numbers stay numbers where every source has them. */
function typeOfIds(sources: MatchSpec["sources"], { inputs }: StepContext): SqlType {
  const types = Object.entries(sources).map(([source, { id }]) => {
    const found = inputs[sourceName(source)]?.scan.relation.columns.find((column) => column.name === id);
    return found?.type ?? "varchar";
  });
  return types.every((type) => type === "bigint") ? "bigint" : "varchar";
}

function hostCalls(spec: MatchSpec, resolved: ResolvedMatch): Operation[] {
  const match = {
    sources: Object.keys(spec.sources),
    compare: spec.compare ?? null,
    comparisons: spec.comparisons,
    blocking: spec.blocking,
    training: spec.training ?? null,
    lambda: spec.lambda ?? null,
    report: spec.report ?? null,
  } as unknown as Json;
  const reads = [...valueTables(resolved).map(({ output }) => output.name), tables.encoded, "model"];
  const call = (
    id: string,
    fn: HostCall["fn"],
    input: Sql,
    params: HostCall["params"],
    output: readonly Column[],
    more: readonly string[] = [],
  ): HostCall => ({
    kind: "host",
    id,
    fn,
    input,
    reads: [...reads, ...more],
    params: { match, ...params },
    output: { name: id, columns: output },
  });
  const decision = decisionOf(spec);
  const least = thresholdBits(spec.threshold);
  const at_least = thresholdBits(decision.at_least);
  const model = sql`SELECT model FROM model`;
  const level = columns({ comparison: "double", level: "double" });
  const units: Column = { name: "units", type: "double" };
  const weighing: Weighing = {
    levels: call("level_weight", "level_weights@1", model, {}, [...level, units]),
    terms: call("term_weight", "term_weights@1", model, {}, [...level, { name: "n", type: "double" }, units]),
  };
  const bounds = () =>
    call("level_bound", "level_bounds@1", model, {}, [
      ...columns({ comparison: "double", state: "double" }),
      units,
    ]);
  const scoringBy: Readonly<Record<MatchSpec["plan"], () => Operation[]>> = {
    plain: () => plainScoring(resolved, unitsOf(least), weighing),
    bounded: () => boundedScoring(resolved, unitsOf(least), weighing, bounds()),
    kernel: () => [call("scored", "score@1", model, { least }, scoredColumns)],
    auto: () => [call("scored", "score@1", model, { least }, scoredColumns)],
  };
  const counting = trainingCounts(resolved, spec);
  const learned = call(
    "model",
    "learn@1",
    spec.training?.labels === undefined
      ? sql`SELECT source, count(*) AS n FROM encoded GROUP BY source`
      : sql`SELECT l, r, label FROM labelled ORDER BY l, r`,
    {
      ids: idsOf(spec),
      learned: (spec.learned ?? null) as unknown as Json,
      patterns: counting.length > 0,
    },
    columns({ model: "varchar" }),
    counting.flatMap((its) => ("output" in its ? [its.output.name] : [])),
  );
  const checked = call(
    "checked",
    "check_records@1",
    sql`SELECT source, count(*) AS n, count(id) AS named, count(DISTINCT id) AS different FROM encoded GROUP BY source`,
    { limit: spec.blocking_limit ?? null },
    columns({ warnings: "varchar" }),
  );
  const learning = [checked, ...counting, learned];
  if (spec.makes === "model") return learning;
  return [
    ...learning,
    ...scoringBy[spec.plan](),
    call(
      "member",
      "choose@1",
      sql`SELECT l, r, units FROM scored ORDER BY l, r`,
      { decision: { ...decision, at_least } as Json },
      columns({ rid: "integer", cluster: "integer" }),
    ),
    ...resultTables(spec.keep),
    call(
      "likelihood",
      "probability@1",
      sql`SELECT DISTINCT units FROM link`,
      {},
      columns({ units: "double", probability: "double" }),
    ),
    ...reportOperations({
      ...call(
        "report",
        "report@1",
        sql`SELECT l, r, units FROM scored ORDER BY l, r`,
        {
          specification: specificationPrint(spec),
          least,
          decision: { links: decision.links, atLeast: at_least },
        },
        columns({ report: "varchar" }),
      ),
      reads: [...reads, "member", "link"],
    }),
  ];
}

/** The column that names the records of each source. */
function idsOf({ sources }: MatchSpec): { readonly [source: string]: Json } {
  return Object.fromEntries(Object.entries(sources).map(([source, { id }]) => [source, { id }]));
}

function parquet(id: string, query: Sql, its: readonly Column[]): Copy {
  return { kind: "copy", id, query, columns: its, file: `${id}.parquet`, as: { format: "parquet" } };
}
