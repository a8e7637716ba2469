import * as z from "zod";
import { type Diagnostic, diagnostic, InvariantError, nearest } from "../../base/diagnostics.ts";
import { type DataSet, fieldOf } from "../../catalogue/dataset.ts";
import { type RuleSet, ruleSetName } from "../../model/rule-set.ts";
import { ruleSetNames, ruleSetOf } from "../../model/rule-sets/rule-sets.ts";
import type { Copy, Measure, Operation } from "../../sql/operation.ts";
import { as, join, literal, type Sql, sql } from "../../sql/sql.ts";
import type { CheckContext, CompiledStep, InputRequest, StepContext, StepKind } from "../step-kind.ts";
import { deathColumns, heldColumns, reportColumns } from "./columns.ts";
import { candidateTables, rankTables } from "./compile-candidates.ts";
import {
  deathQuery,
  heldQuery,
  heldTable,
  personDeathTable,
  reportQuery,
  reportTable,
} from "./compile-deaths.ts";
import { activityTables, hospitalDeathTable } from "./compile-hospital.ts";
import { deathFields, deathTables, personTables } from "./compile-sides.ts";

const schema = z.strictObject({
  rule_set: z.string(),
  ledger: z.string(),
  deaths: z.string(),
  datasets: z.array(z.string()).min(1),
});

type LinkSpec = z.infer<typeof schema>;

/**
 * Finds the death of each person: registered deaths against the persons of a ledger by ranks, then deaths in hospital.
 *
 * Outputs: `deaths` (one per person), `held` (registrations without a person), `report` (counts).
 */
export const linkKind: StepKind<LinkSpec> = {
  kind: "link",
  about:
    "Links registered deaths to the persons of a ledger, and merges in the deaths that hospitals report.",
  schema,
  home: "links",
  inputs,
  check,
  compile,
};

function inputs(spec: LinkSpec): Record<string, InputRequest> {
  const perDataSet = spec.datasets.flatMap((id): [string, InputRequest][] => [
    [`content_${id}`, { from: "content", dataSet: id }],
    [`persons_${id}`, { from: "ledger", ledger: spec.ledger, output: `persons_${id}` }],
  ]);
  return {
    deaths_identity: { from: "identity", dataSet: spec.deaths },
    deaths_content: { from: "content", dataSet: spec.deaths },
    ledger_profiles: { from: "ledger", ledger: spec.ledger, output: "profiles" },
    previous_held: { from: "predecessor", output: "held", columns: heldColumns },
    ...Object.fromEntries(perDataSet),
  };
}

function check(spec: LinkSpec, context: CheckContext): Diagnostic[] {
  const named = (what: string, name: string, known: readonly string[], ...path: (string | number)[]) =>
    known.includes(name)
      ? []
      : [
          diagnostic("spec/unknown-name", context.at(...path), {
            what,
            name,
            near: nearest(name, known),
            known,
          }),
        ];
  const idsOf = (wanted: (dataSet: DataSet) => boolean) =>
    context.catalogue.filter(wanted).map(({ id }) => id);
  const deaths = idsOf(isOfDeaths);
  const others = idsOf(
    (dataSet) => !isOfDeaths(dataSet) && dataSet.isCohort !== true && dataSet.roles.nhs_number !== undefined,
  );
  const repeated = spec.datasets.flatMap((id, i) =>
    spec.datasets.indexOf(id) < i
      ? [diagnostic("spec/repeated-name", context.at("datasets", i), { what: "data set", name: id })]
      : [],
  );
  return [
    ...named("rule set that links two sides", spec.rule_set, ruleSetNames("one-to-one"), "rule_set"),
    ...named("data set of deaths", spec.deaths, deaths, "deaths"),
    ...spec.datasets.flatMap((id, i) => named("data set with persons of its own", id, others, "datasets", i)),
    ...repeated,
  ];
}

function isOfDeaths(dataSet: DataSet): boolean {
  return Object.values(deathFields).every((field) => fieldOf(dataSet, field) !== undefined);
}

function compile(spec: LinkSpec, context: StepContext): CompiledStep {
  const find = (id: string) => {
    const dataSet = context.catalogue.find((d) => d.id === id);
    if (dataSet === undefined)
      throw new InvariantError(`step ${context.stepId} compiles without data set ${id}`);
    return dataSet;
  };
  const ruleSet = ruleSetOf(spec.rule_set);
  if (ruleSet === undefined) throw new InvariantError(`step ${context.stepId} compiles without its rule set`);
  return {
    operations: linkOperations(find(spec.deaths), spec.datasets.map(find), ruleSet, newestDay(context)),
    outputs: {
      deaths: { columns: deathColumns, files: ["deaths.parquet"] },
      held: { columns: heldColumns, files: ["held.parquet"] },
      report: { columns: reportColumns, files: ["report.parquet"] },
    },
    facts: { rule_set: ruleSetName(ruleSet), cleaning: ruleSet.cleaning, source: ruleSet.source },
  };
}

/** The day the newest of the data came in, so that the same data compiles to the same operations on another day. */
function newestDay(context: StepContext): string {
  const received = Object.values(context.inputs).flatMap(({ releases }) =>
    releases.map((r) => r.received.slice(0, 10)),
  );
  return received.sort().at(-1) ?? context.asAt;
}

function linkOperations(
  deaths: DataSet,
  dataSets: readonly DataSet[],
  ruleSet: RuleSet,
  asAt: string,
): Operation[] {
  return [
    ...deathTables(deaths),
    ...personTables(),
    ...candidateTables(ruleSet),
    hospitalDeathTable(dataSets),
    ...activityTables(dataSets),
    ...rankTables(ruleSet),
    personDeathTable(ruleSet),
    heldTable(asAt),
    reportTable(),
    parquet("deaths", deathQuery(), deathColumns),
    parquet("held", heldQuery(), heldColumns),
    parquet("report", reportQuery(), reportColumns),
    linkMeasure(ruleSet),
  ];
}

function parquet(id: string, query: Sql, columns: Copy["columns"]): Copy {
  return { kind: "copy", id, query, columns, file: `${id}.parquet`, as: { format: "parquet" } };
}

/** Registrations, how many found their person and by which rank, and deaths that a hospital alone reports. */
function linkMeasure(ruleSet: RuleSet): Measure {
  const count = (name: string, from: Sql) => as(sql`(SELECT count(*) FROM ${from})`, name);
  const ranks = ruleSet.passes.map(({ rank }) =>
    count(`linked_rank_${rank}`, sql`link AS l WHERE l.match_rank = ${literal(rank)}`),
  );
  return {
    kind: "measure",
    id: "linked-deaths",
    query: sql`SELECT ${join([
      count("registered", sql`death`),
      count("linked", sql`link`),
      count("held", sql`held_death`),
      ...ranks,
      count("hospital_alone", sql`person_death AS p WHERE p.match_rank = 0`),
      count("activity_after_death", sql`person_death AS p WHERE p.subsequent_activity = 'Y'`),
      count("candidates", sql`candidate`),
    ])}`,
  };
}
