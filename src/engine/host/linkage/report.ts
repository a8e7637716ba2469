import { InvariantError } from "../../../base/diagnostics.ts";
import { type Json, stableJson } from "../../../base/stable-json.ts";
import { countRules } from "../../../model/linkage/block/fresh-pairs.ts";
import { WeightCounts } from "../../../model/linkage/evaluate/histogram.ts";
import { linkedRecords } from "../../../model/linkage/evaluate/records.ts";
import type { ReportedTraining, Subgroups } from "../../../model/linkage/evaluate/report.ts";
import { type ReportFacts, reportOf } from "../../../model/linkage/evaluate/report-of.ts";
import { countGroups, namedValues, subgroupsOf } from "../../../model/linkage/evaluate/subgroups.ts";
import { parametersOf, type TrainedModel } from "../../../model/linkage/train/trained-model.ts";
import { weighModel } from "../../../model/linkage/weigh.ts";
import type { HostCall } from "../../../sql/operation.ts";
import { tables } from "../../../steps/match/compile-records.ts";
import type { MatchPlan, ResolvedMatch } from "../../../steps/match/resolve-match.ts";
import type { HostFunction } from "../../operations.ts";
import { engineVersion, productVersion } from "../../product-version.ts";
import type { Session } from "../../session.ts";
import { doublesOf } from "./columns.ts";
import type { LinkageContext } from "./context.ts";
import type { KernelInput } from "./kernel-input.ts";
import { matchOf } from "./match-params.ts";

/**
 * The host function `report@1`: what a linkage did and how sure it is, as JSON.
 *
 * In: scored pairs: l, r, units, ascending; tables `model`, `member` and `link`. Out: the report's text.
 */
export function report(context: LinkageContext): HostFunction {
  return async (session, call, inputText) => {
    const { plan, resolved } = matchOf(call);
    const input = await context.input(session, call.id, resolved);
    const [left, right, weight] = await doublesOf(session, call.id, inputText, 3);
    const learned = await readLearned(session, call.id);
    const cluster = await readClusters(session, call.id, input.records);
    const { linked, sizes } = linkedRecords(cluster);
    const sources = { ...input.sources, names: resolved.sources };
    const made = reportOf({
      ...statedIn(call),
      warnings: context.warnings,
      versions: { dars: productVersion, engine: engineVersion },
      comparisons: plan.comparisons,
      model: resolved.model,
      blocking: resolved.blocking,
      rulePairs: context.rulePairs ?? countRules(resolved.blocking, input.columns, sources),
      sources,
      columns: input.columns,
      lambda: lambdaOf(plan, resolved),
      learned,
      weights: weighModel(resolved.model, learned.parameters, input.counts),
      edges: {
        left: Int32Array.from(left as Float64Array),
        right: Int32Array.from(right as Float64Array),
        weight: weight as Float64Array,
      },
      cluster,
      linked,
      sizes,
      margins: await readMargins(session, call.id),
      subgroups: await readSubgroups(session, call.id, resolved, input, linked),
    });
    async function* one() {
      yield [[`${stableJson(made as unknown as Json, 2)}\n`]];
    }
    return await session.load(call.id, call.output, one());
  };
}

/** What the specification says that no other function of the step is told. */
function statedIn({ id, params }: HostCall): Pick<ReportFacts, "specification" | "least" | "decision"> {
  const { specification, least, decision } = params;
  if (typeof specification !== "string" || typeof least !== "number" || typeof decision !== "object")
    throw new InvariantError(`${id} needs the specification's fingerprint, the least weight and a decision`);
  return { specification, least, decision: decision as unknown as ReportFacts["decision"] };
}

function lambdaOf(
  { training, lambda }: MatchPlan & { readonly lambda?: number | null },
  { lambdaRules }: ResolvedMatch,
): ReportedTraining["lambda"] {
  const nothing = { rules: [], recall: null };
  const stated = training === undefined ? lambda : training.lambda;
  if (stated === undefined || stated === null) return { found: "assumed", ...nothing };
  if (typeof stated === "number") return { found: "stated", ...nothing };
  if (typeof stated !== "object") return { found: "learned", ...nothing };
  return { found: "rules", rules: lambdaRules.map(({ name }) => name), recall: stated.recall };
}

async function readLearned(session: Session, id: string): Promise<ReportFacts["learned"]> {
  const { model } = await session.row(id, "SELECT model FROM model");
  const trained = JSON.parse(String(model)) as TrainedModel;
  return { parameters: parametersOf(trained), ...trained.learned };
}

/** The cluster of each record: its smallest record. */
async function readClusters(session: Session, id: string, records: number): Promise<Int32Array> {
  const found = new Int32Array(records);
  for (let rid = 0; rid < records; rid++) found[rid] = rid;
  const read = await doublesOf(session, id, "SELECT rid, cluster FROM member", 2);
  const [rids, clusters] = read as [Float64Array, Float64Array];
  for (let i = 0; i < rids.length; i++) found[rids[i] as number] = clusters[i] as number;
  return found;
}

/** Margins of the links with a rival, counted in quarters of a bit. */
async function readMargins(session: Session, id: string): Promise<ReportFacts["margins"]> {
  const rows = await session.rows(
    id,
    `SELECT floor((units - rival) / 250000000000) AS quarter, count(*) AS n,
  count(*) FILTER (WHERE units <= rival) AS not_above
FROM link WHERE rival IS NOT NULL GROUP BY quarter`,
  );
  const counts = new WeightCounts();
  let [rivals, notAbove] = [0, 0];
  for (const row of rows) {
    counts.add(Number(row["quarter"]) / 4, Number(row["n"]));
    rivals += Number(row["n"]);
    notAbove += Number(row["not_above"]);
  }
  return { rivals, notAbove, histogram: counts.histogram() };
}

/** Records linked by value of each column that the specification names; only values of many records get their names. */
async function readSubgroups(
  session: Session,
  id: string,
  { model, subgroups, sources }: ResolvedMatch,
  { columns, sources: { starts } }: KernelInput,
  linked: Uint8Array,
): Promise<Subgroups[]> {
  const found: Subgroups[] = [];
  for (const place of subgroups) {
    const [column, its] = [columns[place], model.columns[place]];
    if (column === undefined || its === undefined) throw new InvariantError("a subgroup's column is missing");
    const counts = countGroups(column.ids, column.values, linked, { names: sources, starts });
    const named = namedValues(counts);
    const rows =
      named.length === 0
        ? []
        : await session.rows(
            id,
            `SELECT id, value FROM ${tables.values(its.dictionary)} WHERE id IN (${named.join(", ")})`,
          );
    const names = new Map(rows.map((row) => [Number(row["id"]), String(row["value"])]));
    found.push(subgroupsOf(its.name, counts, (number) => names.get(number) ?? ""));
  }
  return found;
}
