import { agreeInPartSql } from "../../model/identity-sql.ts";
import { type RulePass, type RuleSet, rolesOf } from "../../model/rule-set.ts";
import type { HostCall, Operation, Statement } from "../../sql/operation.ts";
import { and, columnsOf, ident, join, literal, type Sql, sql } from "../../sql/sql.ts";
import { columns, statement } from "../../sql/statement.ts";

import { isNotNewYear, reach } from "./compile-profiles.ts";

const union = sql`
UNION ALL
`;
const edge = columns({ profile_id: "integer", other_id: "integer" });

/**
 * From profiles to connected profiles: every pass that needs agreement alone makes edges; what they connect is a
 * cluster; then the passes that forbid a contradiction join clusters.
 *
 * Leaves the table `member`: one row per profile, `component_id` the least profile of its person, `match_pass`.
 */
export function passOperations(ruleSet: RuleSet): Operation[] {
  const agreeing = ruleSet.passes.filter((pass) => !forbids(pass));
  const forbidding = ruleSet.passes.filter(forbids);
  return [
    ...agreeing.flatMap(agreeingPass),
    givenTable(),
    edgeTable(agreeing),
    componentsCall("connected", sql`SELECT e.profile_id, e.other_id FROM edge AS e`),
    clusterTable(),
    ...forbidding.flatMap(forbiddingPass),
    componentsCall(
      "attached",
      join(
        forbidding.map((pass) => attachEdges(pass)),
        union,
      ),
    ),
    memberTable(ruleSet),
  ];
}

/** Whether the pass lets values be unknown but not differ. */
function forbids(pass: RulePass): boolean {
  return rolesOf(pass, "not-contradicting").length > 0;
}

function groupName(pass: RulePass): string {
  return `pass_${pass.rank}_group`;
}

function inPassName(pass: RulePass): string {
  return `pass_${pass.rank}`;
}

function keysOf(pass: RulePass): string[] {
  return [...rolesOf(pass, "exact"), ...rolesOf(pass, "partial-date")];
}

function eligible(pass: RulePass, table: string): Sql {
  const present = keysOf(pass).map((key) => sql`${ident(table, key)} IS NOT NULL`);
  const dated = pass.conditions.includes("not-1-january") ? [isNotNewYear(table)] : [];
  return and([sql`${ident(table, "reach")} = ${literal(reach.passes)}`, ...present, ...dated]);
}

function onKeys(keys: readonly string[], left: string, right: string): Sql {
  return and(keys.map((key) => sql`${ident(left, key)} = ${ident(right, key)}`));
}

/** Groups of equal values, pairs of groups whose birth dates agree in part, and the profiles that met another record. */
function agreeingPass(pass: RulePass): Statement[] {
  const keys = keysOf(pass);
  const isPartial = rolesOf(pass, "partial-date").length > 0;
  const group = groupName(pass);
  const types = columns({ nhs_number: "varchar", birth_date: "date" });
  const keyColumns = keys.map(
    (name) => types.find((c) => c.name === name) ?? { name, type: "varchar" as const },
  );
  const groups = statement(
    group,
    [...keyColumns, ...columns({ head_id: "integer", n_records: "bigint" })],
    sql`SELECT ${columnsOf(keys, "p")}, min(p.profile_id) AS head_id, sum(p.n_records) AS n_records
FROM profile AS p
WHERE ${eligible(pass, "p")}
GROUP BY ${columnsOf(keys, "p")}`,
  );
  const pair = ident(`${group}_pair`);
  const met = isPartial
    ? sql`(g.n_records > 1 OR g.head_id IN (
  SELECT x.profile_id FROM ${pair} AS x UNION ALL SELECT y.other_id FROM ${pair} AS y))`
    : sql`g.n_records > 1`;
  const members = statement(
    inPassName(pass),
    edge,
    sql`SELECT p.profile_id, g.head_id AS other_id
FROM profile AS p
JOIN ${ident(group)} AS g ON ${onKeys(keys, "g", "p")}
WHERE ${eligible(pass, "p")} AND ${met}`,
  );
  return isPartial ? [groups, partialPairs(pass), members] : [groups, members];
}

/** Pairs of groups that differ in nothing but the birth date, which agrees in part. */
function partialPairs(pass: RulePass): Statement {
  const group = ident(groupName(pass));
  return statement(
    `${groupName(pass)}_pair`,
    edge,
    sql`SELECT a.head_id AS profile_id, b.head_id AS other_id
FROM ${group} AS a
JOIN ${group} AS b ON ${onKeys(rolesOf(pass, "exact"), "a", "b")} AND a.birth_date < b.birth_date
WHERE ${agreeInPartSql(ident("a", "birth_date"), ident("b", "birth_date"))}`,
  );
}

/** Profiles known by a supplier's id alone, by that id. They never meet others. */
function givenTable(): Statement {
  return statement(
    "given",
    edge,
    sql`SELECT p.profile_id, g.head_id AS other_id
FROM profile AS p
JOIN (
  SELECT q.given_person_id, min(q.profile_id) AS head_id
  FROM profile AS q
  WHERE q.reach = ${literal(reach.given)}
  GROUP BY q.given_person_id
) AS g ON g.given_person_id = p.given_person_id
WHERE p.reach = ${literal(reach.given)}`,
  );
}

/** Every edge once: a star for each group, and the pairs between groups. */
function edgeTable(passes: readonly RulePass[]): Statement {
  const stars = [...passes.map(inPassName), "given"].map(
    (name) => sql`SELECT e.profile_id, e.other_id FROM ${ident(name)} AS e WHERE e.profile_id <> e.other_id`,
  );
  const pairs = passes
    .filter((pass) => rolesOf(pass, "partial-date").length > 0)
    .map((pass) => sql`SELECT e.profile_id, e.other_id FROM ${ident(`${groupName(pass)}_pair`)} AS e`);
  return statement("edge", edge, join([...stars, ...pairs], union));
}

function componentsCall(name: string, input: Sql): HostCall {
  return {
    kind: "host",
    id: name,
    fn: "components@1",
    input,
    params: {},
    output: { name, columns: columns({ node: "integer", component: "integer" }) },
  };
}

/** The cluster of each profile, and whether anything in the cluster bears an NHS number. Key `profile_id`. */
function clusterTable(): Statement {
  return statement(
    "cluster",
    columns({ profile_id: "integer", cluster_id: "integer", has_number: "boolean" }),
    sql`SELECT c.profile_id, c.cluster_id, n.cluster_id IS NOT NULL AS has_number
FROM (
  SELECT p.profile_id, coalesce(k.component, p.profile_id) AS cluster_id
  FROM profile AS p
  LEFT JOIN connected AS k ON k.node = p.profile_id
) AS c
LEFT JOIN (
  SELECT DISTINCT coalesce(k.component, p.profile_id) AS cluster_id
  FROM profile AS p
  LEFT JOIN connected AS k ON k.node = p.profile_id
  WHERE p.nhs_number IS NOT NULL
) AS n ON n.cluster_id = c.cluster_id`,
  );
}

/**
 * Clusters without an NHS number join the cluster that stands in their group of equal values.
 *
 * One numbered cluster in the group: they are of that person. None: nothing contradicts, they are one person. Two or
 * more (twins of one sex, coincidence): each unnumbered cluster is of one of them and no rule says of which, so all
 * stay apart; joining them to each other would be wrong wherever they are of different twins.
 * A cluster that stands in several groups with different targets is as ambiguous and stays.
 */
function forbiddingPass(pass: RulePass): Statement[] {
  const keys = keysOf(pass);
  const stands = `${inPassName(pass)}_stand`;
  const keyTypes = keys.map((name) => ({
    name,
    type: name === "birth_date" ? ("date" as const) : ("varchar" as const),
  }));
  const bare = sql`SELECT DISTINCT ${columnsOf(keys, "p")}
  FROM profile AS p
  JOIN cluster AS c ON c.profile_id = p.profile_id
  WHERE NOT c.has_number AND ${eligible(pass, "p")}`;
  return [
    statement(
      stands,
      [
        ...keyTypes,
        ...columns({
          profile_id: "integer",
          cluster_id: "integer",
          has_number: "boolean",
          n_records: "bigint",
        }),
      ],
      sql`SELECT ${columnsOf(keys, "p")}, p.profile_id, c.cluster_id, c.has_number, p.n_records
FROM profile AS p
JOIN (${bare}) AS b ON ${onKeys(keys, "b", "p")}
JOIN cluster AS c ON c.profile_id = p.profile_id
WHERE ${eligible(pass, "p")}`,
    ),
    statement(
      groupName(pass),
      [...keyTypes, ...columns({ head_id: "integer", n_records: "bigint" })],
      sql`SELECT ${columnsOf(keys, "s")},
  coalesce(min(CASE WHEN s.has_number THEN s.cluster_id END), min(s.cluster_id)) AS head_id, sum(s.n_records) AS n_records
FROM ${ident(stands)} AS s
GROUP BY ${columnsOf(keys, "s")}
HAVING count(DISTINCT CASE WHEN s.has_number THEN s.cluster_id END) <= 1`,
    ),
    statement(
      inPassName(pass),
      columns({ profile_id: "integer", cluster_id: "integer", head_id: "integer" }),
      sql`SELECT s.profile_id, s.cluster_id, g.head_id
FROM ${ident(stands)} AS s
JOIN ${ident(groupName(pass))} AS g ON ${onKeys(keys, "g", "s")}
WHERE g.n_records > 1`,
    ),
  ];
}

function attachEdges(pass: RulePass): Sql {
  return sql`SELECT e.cluster_id, min(e.head_id) AS head_id
FROM ${ident(inPassName(pass))} AS e
JOIN cluster AS c ON c.profile_id = e.profile_id
WHERE NOT c.has_number
GROUP BY e.cluster_id
HAVING min(e.head_id) = max(e.head_id) AND e.cluster_id <> min(e.head_id)`;
}

/** The component of each profile: of its cluster, as attached. Key `profile_id`. */
function memberTable(ruleSet: RuleSet): Statement {
  const met = ruleSet.passes.map(
    (pass) =>
      sql`SELECT e.profile_id, ${literal(pass.rank)} AS rank_number FROM ${ident(inPassName(pass))} AS e`,
  );
  return statement(
    "member",
    columns({ profile_id: "integer", component_id: "integer", match_pass: "tinyint" }),
    sql`SELECT c.profile_id, coalesce(a.component, c.cluster_id) AS component_id, coalesce(m.match_pass, 0) AS match_pass
FROM cluster AS c
LEFT JOIN attached AS a ON a.node = c.cluster_id
LEFT JOIN (
  SELECT u.profile_id, min(u.rank_number) AS match_pass
  FROM (${join(met, union)}) AS u
  GROUP BY u.profile_id
) AS m ON m.profile_id = c.profile_id`,
  );
}
