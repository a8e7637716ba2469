import { comparedIn, sessionPairs } from "../../model/linkage/train/sessions.ts";
import type { Operation } from "../../sql/operation.ts";
import { as, ident, join, literal, sql } from "../../sql/sql.ts";
import { columns, statement } from "../../sql/statement.ts";
import type { Column } from "../../sql/type.ts";
import { type PairRecords, pairsOf } from "./compile-pairs.ts";
import { comparedTable, levelName, numberName } from "./compile-plain.ts";
import { columnName } from "./compile-records.ts";
import { compileLevel } from "./compile-tests.ts";
import type { MatchSpec } from "./match-spec.ts";
import type { ResolvedMatch } from "./resolve-match.ts";

/** The table of a training rule's pairs by the levels of their comparisons. */
export const patternsTable = "patterns";

const [learning, sizes] = ["learning", "training_size"];

const unionAll = sql`
UNION ALL
`;

/**
 * The pairs of the training rules counted by their levels, as any database can do it; nothing where the plan is not SQL
 * or sessions are like Splink's, which look at frequencies too. Of a rule with more pairs than a session looks at there
 * are none: which of those are drawn depends on the order of its blocks.
 *
 * Makes `patterns`: rule, level_0, level_1 …, n; −1 for what a session says nothing of.
 */
export function trainingCounts(
  { model, trainingRules, compared }: ResolvedMatch,
  { plan, training }: Pick<MatchSpec, "plan" | "training">,
): Operation[] {
  const isSql = plan === "plain" || plan === "bounded";
  if (!isSql || training === undefined || training.like === "splink" || trainingRules.length === 0) return [];
  const { pairs: most = sessionPairs } = training;
  const how = plan === "plain" ? "text" : "numbered";
  const from: PairRecords = { table: learning, nameOf: plan === "plain" ? columnName : numberName };
  const counted = trainingRules.map(
    (rule, place) => sql`SELECT ${join([as(literal(place), "rule"), as(sql`count(*)`, "pairs")])}
FROM ${pairsOf(rule, compared, from)}`,
  );
  const names = ["rule", ...model.comparisons.map((_, c) => levelName(c))];
  const patterns = trainingRules.map((rule, place) => {
    const isCompared = comparedIn(model, rule);
    const levels = model.comparisons.map((comparison, c) =>
      as(isCompared[c] ? compileLevel(comparison) : literal(-1), levelName(c)),
    );
    const lower = sql`(SELECT * FROM ${ident(learning)}
WHERE (SELECT pairs FROM ${ident(sizes)} WHERE rule = ${literal(place)}) <= ${literal(most)})`;
    return sql`SELECT ${join([as(literal(place), "rule"), ...levels])}
FROM ${pairsOf(rule, compared, { ...from, lower })}`;
  });
  const listed = join(names.map((name) => ident(name)));
  return [
    comparedTable(model, { name: learning, how, hasTerms: false }),
    statement(sizes, columns({ rule: "integer", pairs: "bigint" }), join(counted, unionAll)),
    statement(
      patternsTable,
      [...names.map((name): Column => ({ name, type: "integer" })), { name: "n", type: "double" }],
      sql`SELECT ${listed}, count(*) AS n
FROM (
${join(patterns, unionAll)}
) AS p
GROUP BY ${listed}`,
    ),
  ];
}
