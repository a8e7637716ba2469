import type { Statement } from "../../sql/operation.ts";
import { and, cast, ident, join, literal, nullOf, type Sql, sql } from "../../sql/sql.ts";
import { columns, statement } from "../../sql/statement.ts";
import { linkedColumns, reportColumns } from "./columns.ts";
import type { CombineSpec } from "./combine-spec.ts";

const union = sql`
UNION ALL
`;

const weight = "decimal(18,12)";

/**
 * The best person of the right by the model for each of the left whom no rule linked, where good enough: `model_link`.
 * Persons are compared by their best pair of profiles, so that another profile of the same person is no rival.
 */
export function modelTables({ keep, at_least, least_margin }: CombineSpec): Statement[] {
  const pair = columns({ left_id: "varchar", right_id: "varchar", weight, probability: "double" });
  const mutual = keep === "one_to_one" ? sql` AND r.place_right = 1` : sql``;
  return [
    statement(
      "person_pair",
      pair,
      sql`SELECT l.person_id AS left_id, r.person_id AS right_id, max(s.match_weight) AS weight,
  max(s.match_probability) AS probability
FROM (
  SELECT id_l, id_r, match_weight, match_probability FROM scored_pairs WHERE source_l = 'left' AND source_r = 'right'
  UNION ALL
  SELECT id_r, id_l, match_weight, match_probability FROM scored_pairs WHERE source_l = 'right' AND source_r = 'left'
) AS s
JOIN left_profile AS l ON l.profile_id = s.id_l
JOIN right_profile AS r ON r.profile_id = s.id_r
WHERE ${and([free("left_id", sql`l.person_id`), ...(keep === "one_to_one" ? [free("right_id", sql`r.person_id`)] : [])])}
GROUP BY l.person_id, r.person_id`,
    ),
    statement(
      "model_link",
      [...pair, ...columns({ n_candidates: "integer", margin: weight })],
      sql`SELECT r.left_id, r.right_id, r.weight, r.probability, r.n_candidates, r.weight - r.next_weight AS margin
FROM (
  SELECT p.*, row_number() OVER (PARTITION BY p.left_id ORDER BY p.weight DESC, p.right_id) AS place,
    row_number() OVER (PARTITION BY p.right_id ORDER BY p.weight DESC, p.left_id) AS place_right,
    lead(p.weight) OVER (PARTITION BY p.left_id ORDER BY p.weight DESC, p.right_id) AS next_weight,
    count(*) OVER (PARTITION BY p.left_id) AS n_candidates
  FROM person_pair AS p
) AS r
WHERE r.place = 1${mutual} AND r.probability >= ${literal(at_least)}
  AND coalesce(r.weight - r.next_weight >= ${literal(least_margin)}, TRUE)`,
    ),
  ];
}

/** Whether no rule linked a person. */
function free(side: "left_id" | "right_id", id: Sql): Sql {
  return sql`NOT EXISTS (SELECT 1 FROM rule_links AS k WHERE ${ident("k", side)} = ${id})`;
}

/** One row for each person who was looked for. */
export function linkedTable(hasModel: boolean): Statement {
  const rules = sql`SELECT k.left_id, k.right_id, 'rules' AS match_step, k.rule_set, k.match_rank,
  ${nullOf(weight)} AS match_weight, ${nullOf("double")} AS match_probability, k.n_candidates,
  ${cast(sql`k.margin`, weight)} AS margin
FROM rule_links AS k`;
  const model = sql`SELECT k.left_id, k.right_id, 'model' AS match_step, ${nullOf("varchar")} AS rule_set,
  ${nullOf("tinyint")} AS match_rank, k.weight, k.probability, k.n_candidates, k.margin
FROM model_link AS k`;
  const links = join(hasModel ? [rules, model] : [rules], union);
  const sought = sql`SELECT m.reference AS left_id FROM members AS m WHERE m.side = 'left' AND m.is_current`;
  return statement(
    "linked_person",
    linkedColumns,
    sql`SELECT coalesce(s.left_id, k.left_id) AS left_id, k.right_id, coalesce(k.match_step, 'none') AS match_step,
  k.rule_set, k.match_rank, k.match_weight, k.match_probability, k.n_candidates, k.margin
FROM (${sought}) AS s
FULL JOIN (${links}) AS k ON k.left_id = s.left_id`,
  );
}

/** Counts by section, group and value; the rows of a group share out one whole. */
export function reportTable(): Statement {
  const count = (section: string, group: string, value: Sql, from: Sql) =>
    sql`SELECT ${literal(section)} AS section, ${literal(group)} AS ${ident("group")}, x.value, count(*) AS n
FROM (SELECT ${value} AS value FROM ${from}) AS x
GROUP BY x.value`;
  const band = sql`CASE WHEN p.match_probability >= 0.999 THEN '0.999 and above'
    WHEN p.match_probability >= 0.99 THEN '0.99 to 0.999' ELSE 'below 0.99' END`;
  const rivals = sql`CASE WHEN p.n_candidates = 1 THEN 'one' WHEN p.n_candidates = 2 THEN 'two' ELSE 'more' END`;
  return statement(
    "report_row",
    reportColumns,
    join(
      [
        sql`SELECT i.section, i.${ident("group")}, i.value, i.n FROM intake AS i`,
        count(
          "flow",
          "references",
          sql`CASE WHEN m.is_current THEN 'in the list today' ELSE 'deleted' END`,
          sql`members AS m WHERE m.record_end_date IS NULL`,
        ),
        count("results", "match_step", sql`p.match_step`, sql`linked_person AS p`),
        count(
          "results",
          "match_rank",
          cast(sql`p.match_rank`, "varchar"),
          sql`linked_person AS p WHERE p.match_step = 'rules'`,
        ),
        count("results", "match_probability", band, sql`linked_person AS p WHERE p.match_step = 'model'`),
        count("results", "candidates", rivals, sql`linked_person AS p WHERE p.match_step <> 'none'`),
        count(
          "results",
          "persons_found_for_several",
          sql`CASE WHEN q.n = 1 THEN 'once' ELSE 'more than once' END`,
          sql`(SELECT p.right_id, count(*) AS n FROM linked_person AS p WHERE p.right_id IS NOT NULL GROUP BY p.right_id) AS q`,
        ),
      ],
      union,
    ),
  );
}
