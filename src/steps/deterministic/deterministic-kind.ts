import { type Diagnostic, diagnostic, InvariantError, nearest } from "../../base/diagnostics.ts";
import { cohort } from "../../catalogue/cohort.ts";
import { type RuleSet, ruleSetName } from "../../model/rule-set.ts";
import { ruleSetNames, ruleSetOf } from "../../model/rule-sets/rule-sets.ts";
import type { Copy, Measure } from "../../sql/operation.ts";
import { as, cast, columnsOf, ident, join, literal, nullOf, type Sql, sql } from "../../sql/sql.ts";
import type { CheckContext, CompiledStep, InputRequest, StepContext, StepKind } from "../step-kind.ts";
import { intakeColumns, linkColumns, memberColumns, profileColumns } from "./columns.ts";
import { ruleTables } from "./compile-rules.ts";
import { besideTables, sideTables } from "./compile-sides.ts";
import {
  type DeterministicSpec,
  deterministicSchema,
  type Side,
  type SideName,
  sideInput,
  sideNames,
  sideProfiles,
} from "./deterministic-spec.ts";

/**
 * Links the persons of two sides by rules. Whom no rule links is left to a model, which learns from all.
 *
 * Outputs: `links` (one per linked person of the left), `left` and `right` (identity profiles of all), `members` (the
 * history of customers' lists), `intake` (counts of their rows). Profiles hold identifiers, so nothing of this step
 * outlasts its run.
 */
export const deterministicKind: StepKind<DeterministicSpec> = {
  kind: "deterministic",
  about:
    "Links the persons of two sides by rules, strongest first, and leaves the others to a model, which learns from all.",
  schema: deterministicSchema,
  home: "work",
  inputs: (spec) => Object.fromEntries(sideNames.map((name) => [sideInput(name), inputOf(spec[name])])),
  check,
  compile,
};

function inputOf(side: Side): InputRequest {
  return "cohort" in side
    ? { from: "identity", dataSet: cohort.id, cohort: side.cohort }
    : { from: "ledger", ledger: side.ledger, output: "profiles" };
}

function check(spec: DeterministicSpec, context: CheckContext): Diagnostic[] {
  const { agreement } = context;
  const known = ruleSetNames("one-to-one");
  const { rule_set: name } = spec;
  const rules = known.includes(name)
    ? []
    : [
        diagnostic("spec/unknown-name", context.at("rule_set"), {
          what: "rule set that links two sides",
          name,
          near: nearest(name, known),
          known,
        }),
      ];
  if (agreement === undefined) {
    return [...rules, diagnostic("agreement/none", context.at(), { step: "deterministic" })];
  }
  const cohorts = sideNames.flatMap((side): Diagnostic[] => {
    const its = spec[side];
    if (!("cohort" in its) || agreement.cohorts.includes(its.cohort)) return [];
    const near = nearest(its.cohort, agreement.cohorts);
    const asked = { agreement: agreement.agreement, cohort: its.cohort, near };
    return [diagnostic("agreement/cohort", context.at(side, "cohort"), asked)];
  });
  return [...rules, ...cohorts, ...checkApart(spec, context)];
}

/** A side as people are told of it, and as later steps know it. */
const nameOf = (side: Side) => ("cohort" in side ? `cohort ${side.cohort}` : `ledger ${side.ledger}`);

function checkApart({ left, right }: DeterministicSpec, { at }: CheckContext): Diagnostic[] {
  if (nameOf(left) !== nameOf(right)) return [];
  return [diagnostic("spec/repeated-name", at("right"), { what: "side", name: nameOf(right) })];
}

function compile(spec: DeterministicSpec, context: StepContext): CompiledStep {
  const ruleSet = ruleSetOf(spec.rule_set);
  if (ruleSet === undefined) throw new InvariantError(`step ${context.stepId} compiles without its rule set`);
  const { keep } = spec;
  const releases = (name: SideName) => context.inputs[sideInput(name)]?.releases ?? [];
  return {
    operations: [
      ...sideNames.flatMap((name) => sideTables(name, spec[name], releases(name))),
      ...besideTables(),
      ...ruleTables(ruleSet, keep),
      parquet(
        "links",
        sql`SELECT ${columnsOf(namesOf(linkColumns))} FROM rule_link ORDER BY left_id`,
        linkColumns,
      ),
      ...sideNames.map((name) => parquet(name, profilesQuery(name), profileColumns)),
      parquet("members", membersQuery(spec), memberColumns),
      parquet("intake", intakeQuery(spec, releases), intakeColumns),
      measure(ruleSet),
    ],
    outputs: {
      links: { columns: linkColumns, files: ["links.parquet"] },
      left: { columns: profileColumns, files: ["left.parquet"] },
      right: { columns: profileColumns, files: ["right.parquet"] },
      members: { columns: memberColumns, files: ["members.parquet"] },
      intake: { columns: intakeColumns, files: ["intake.parquet"] },
    },
    facts: {
      ...{ left: nameOf(spec.left), right: nameOf(spec.right), keep },
      ...{ rule_set: ruleSetName(ruleSet), cleaning: ruleSet.cleaning, source: ruleSet.source },
    },
  };
}

const namesOf = (columns: Copy["columns"]) => columns.map(({ name }) => name);

function parquet(id: string, query: Sql, columns: Copy["columns"]): Copy {
  return { kind: "copy", id, query, columns, file: `${id}.parquet`, as: { format: "parquet" } };
}

const profilesQuery = (name: SideName) =>
  sql`SELECT ${columnsOf(namesOf(profileColumns))} FROM ${ident(sideProfiles(name))} ORDER BY profile_id`;

const union = sql`
UNION ALL
`;

/** The history of both sides' lists. */
function membersQuery(spec: DeterministicSpec): Sql {
  const lists = sideNames.filter((name) => "cohort" in spec[name]);
  if (lists.length === 0) {
    const none = memberColumns.map(({ name, type }) => as(nullOf(type), name));
    return sql`SELECT ${join(none)} WHERE FALSE`;
  }
  const all = lists.map(
    (name) => sql`SELECT ${columnsOf(namesOf(memberColumns))}, record_id FROM ${ident(`${name}_member`)}`,
  );
  return sql`SELECT ${columnsOf(namesOf(memberColumns), "m")}
FROM (${join(all, union)}) AS m
ORDER BY m.side, m.reference, m.record_id`;
}

/** Rows of the lists' files, and those that failed a check, by its name. */
function intakeQuery(spec: DeterministicSpec, releasesOf: (name: SideName) => readonly ReleaseRows[]): Sql {
  const rows = sideNames.flatMap((name) => {
    if (!("cohort" in spec[name])) return [];
    const releases = releasesOf(name);
    const sum = (of: (release: ReleaseRows) => number) => releases.reduce((n, release) => n + of(release), 0);
    const codes = [...new Set(releases.flatMap((release) => Object.keys(release.checks)))].sort();
    return [
      row(
        "inputs",
        `rows_of_the_${name}_list`,
        "passed",
        sum((r) => r.rows.kept),
      ),
      row(
        "inputs",
        `rows_of_the_${name}_list`,
        "failed",
        sum((r) => r.rows.rejected),
      ),
      ...codes.map((code) =>
        row(
          "inputs",
          `failures_of_the_${name}_list`,
          code,
          sum((r) => r.checks[code] ?? 0),
        ),
      ),
    ];
  });
  const persons = sideNames.map(
    (name) =>
      sql`SELECT 'inputs' AS section, 'persons_compared' AS ${ident("group")}, ${literal(name)} AS value, count(DISTINCT p.person_id) AS n FROM ${ident(sideProfiles(name))} AS p`,
  );
  return join([...rows, ...persons], union);
}

type ReleaseRows = StepContext["inputs"][string]["releases"][number];

function row(section: string, group: string, value: string, n: number): Sql {
  return sql`SELECT ${literal(section)} AS section, ${literal(group)} AS ${ident("group")}, ${literal(value)} AS value, ${cast(literal(n), "bigint")} AS n`;
}

/** Persons of both sides, and how many of the left were linked by which rank. */
function measure(ruleSet: RuleSet): Measure {
  const count = (name: string, from: Sql) => as(sql`(SELECT count(*) FROM ${from})`, name);
  const persons = (name: SideName) =>
    as(sql`(SELECT count(DISTINCT p.person_id) FROM ${ident(sideProfiles(name))} AS p)`, `${name}_persons`);
  const ranks = ruleSet.passes.map(({ rank }) =>
    count(`linked_rank_${rank}`, sql`rule_link AS k WHERE k.match_rank = ${literal(rank)}`),
  );
  const query = sql`SELECT ${join([
    ...sideNames.map(persons),
    count("linked", sql`rule_link`),
    ...ranks,
    count("candidates", sql`candidate`),
  ])}`;
  return { kind: "measure", id: "rules", query };
}
