import * as z from "zod";
import { type Diagnostic, diagnostic, InvariantError, nearest } from "../../base/diagnostics.ts";
import type { DataSet } from "../../catalogue/dataset.ts";
import { type RuleSet, ruleSetName } from "../../model/rule-set.ts";
import { ruleSetNames, ruleSetOf } from "../../model/rule-sets/rule-sets.ts";
import { fn } from "../../sql/functions.ts";
import type { Copy, Measure, Operation } from "../../sql/operation.ts";
import { as, ident, join, literal, type Sql, sql } from "../../sql/sql.ts";
import type {
  CheckContext,
  CompiledStep,
  InputRequest,
  StepContext,
  StepKind,
  StepOutput,
} from "../step-kind.ts";
import { eventColumns, ledgerColumns, personColumns } from "./columns.ts";
import { eventQuery, ledgerQuery, ledgerStatements, previous } from "./compile-ledger.ts";
import { passOperations } from "./compile-passes.ts";
import {
  cleanTable,
  looseTable,
  personsQuery,
  profileTable,
  rawProfileTable,
  rawTable,
} from "./compile-profiles.ts";

const schema = z.strictObject({
  datasets: z.array(z.string()).min(1),
  rule_set: z.string(),
  ledger: z.string().regex(/^[a-z][a-z0-9-]*$/),
});

type IdentifySpec = z.infer<typeof schema>;

/**
 * Gives every record of some data sets its person, by a rule set, and keeps the ledger of persons. Everything works on
 * distinct identity profiles; records are joined at the end.
 *
 * Outputs: `persons_<data set>` (the person of each record), `profiles` (the ledger), `events` (what changed in it).
 */
export const identifyKind: StepKind<IdentifySpec> = {
  kind: "identify",
  about: "Finds which records are of one person, and keeps the ledger of persons.",
  schema,
  home: "links",
  chain: (spec) => spec.ledger,
  inputs,
  check,
  compile,
};

function inputs(spec: IdentifySpec): Record<string, InputRequest> {
  return {
    ...Object.fromEntries(
      spec.datasets.map((id): [string, InputRequest] => [
        `identity_${id}`,
        { from: "identity", dataSet: id },
      ]),
    ),
    [previous.profiles]: { from: "predecessor", output: "profiles", columns: ledgerColumns },
    [previous.events]: { from: "predecessor", output: "events", columns: eventColumns },
  };
}

function check(spec: IdentifySpec, context: CheckContext): Diagnostic[] {
  const known = context.catalogue.filter(namesPersons).map((dataSet) => dataSet.id);
  const dataSets = spec.datasets.flatMap((id, i): Diagnostic[] => {
    const at = context.at("datasets", i);
    if (spec.datasets.indexOf(id) < i) {
      return [diagnostic("spec/repeated-name", at, { what: "data set", name: id })];
    }
    if (known.includes(id)) return [];
    const params = { what: "data set with persons of its own", name: id, near: nearest(id, known), known };
    return [diagnostic("spec/unknown-name", at, params)];
  });
  return [...dataSets, ...checkRuleSet(spec, context)];
}

function checkRuleSet({ rule_set: name }: IdentifySpec, context: CheckContext): Diagnostic[] {
  const known = ruleSetNames("all");
  if (known.includes(name)) return [];
  const params = { what: "rule set that makes persons", name, near: nearest(name, known), known };
  return [diagnostic("spec/unknown-name", context.at("rule_set"), params)];
}

function namesPersons({ roles, isCohort }: DataSet): boolean {
  if (isCohort === true) return false;
  return roles.nhs_number !== undefined || roles.given_person_id !== undefined;
}

function compile(spec: IdentifySpec, context: StepContext): CompiledStep {
  const ruleSet = ruleSetOf(spec.rule_set);
  const dataSets = spec.datasets.map((id) => context.catalogue.find((dataSet) => dataSet.id === id));
  if (ruleSet === undefined || !dataSets.every((dataSet) => dataSet !== undefined)) {
    throw new InvariantError(`step ${context.stepId} compiles without its rule set or data sets`);
  }
  return {
    operations: identifyOperations(dataSets, ruleSet),
    outputs: {
      ...Object.fromEntries(
        dataSets.map(({ id }): [string, StepOutput] => [
          `persons_${id}`,
          { columns: personColumns, files: [`persons/${id}.parquet`] },
        ]),
      ),
      profiles: { columns: ledgerColumns, files: ["profiles.parquet"] },
      events: { columns: eventColumns, files: ["events.parquet"] },
    },
    facts: { rule_set: ruleSetName(ruleSet), cleaning: ruleSet.cleaning, source: ruleSet.source },
  };
}

function identifyOperations(dataSets: readonly DataSet[], ruleSet: RuleSet): Operation[] {
  return [
    ...dataSets.map(rawTable),
    cleanTable(dataSets, ruleSet),
    looseTable(dataSets),
    profileTable(),
    rawProfileTable(),
    ...passOperations(ruleSet),
    ...ledgerStatements(ruleSet),
    ...dataSets.map((dataSet) =>
      parquet(`persons_${dataSet.id}`, personsQuery(dataSet), personColumns, `persons/${dataSet.id}.parquet`),
    ),
    parquet("profiles", ledgerQuery(dataSets), ledgerColumns, "profiles.parquet"),
    parquet("events", eventQuery(), eventColumns, "events.parquet"),
    countMeasure(ruleSet),
    dataSetMeasure(dataSets),
  ];
}

function parquet(id: string, query: Sql, columns: Copy["columns"], file: string): Copy {
  return { kind: "copy", id, query, columns, file, as: { format: "parquet" } };
}

/** Counts of records, profiles and persons; records by pass; what changed in the ledger. */
function countMeasure(ruleSet: RuleSet): Measure {
  const recordsWhere = (condition: Sql) => sql`sum(CASE WHEN ${condition} THEN p.n_records ELSE 0 END)`;
  const events = (kind: string) => sql`(SELECT sum(e.n) FROM event AS e WHERE e.kind = ${literal(kind)})`;
  const passes = [0, ...ruleSet.passes.map((pass) => pass.rank)].map((rank) =>
    as(recordsWhere(sql`l.match_pass = ${literal(rank)}`), `records_pass_${rank}`),
  );
  return {
    kind: "measure",
    id: "identified",
    query: sql`SELECT ${join([
      as(sql`coalesce(sum(p.n_records), 0)`, "records"),
      as(sql`count(*)`, "profiles"),
      as(fn.countIf(sql`l.is_founding`), "persons"),
      ...passes,
      as(recordsWhere(sql`l.id_type = 'one-time'`), "records_one_time"),
      as(recordsWhere(sql`l.id_type = 'given'`), "records_given"),
      as(events("birth"), "births"),
      as(sql`(SELECT count(*) FROM event AS e WHERE e.kind = 'merge')`, "merges"),
      as(sql`(SELECT count(*) FROM event AS e WHERE e.kind = 'split')`, "splits"),
      as(sql`(SELECT count(*) FROM dormant)`, "dormant_profiles"),
    ])}
FROM profile AS p
JOIN placed AS l ON l.profile_id = p.profile_id`,
  };
}

/** Records of each data set, and distinct submissions among them. */
function dataSetMeasure(dataSets: readonly DataSet[]): Measure {
  const counts = dataSets.flatMap(({ id }) => [
    as(sql`(SELECT coalesce(sum(r.n_records), 0) FROM ${ident(`raw_${id}`)} AS r)`, `records_${id}`),
    as(sql`(SELECT count(*) FROM ${ident(`raw_${id}`)} AS r)`, `submissions_${id}`),
  ]);
  return { kind: "measure", id: "data-sets", query: sql`SELECT ${join(counts)}` };
}
