import { bestRank, blockPairs, blocksOf, type RuleBlock } from "../../model/rule-pairs.ts";
import type { RuleSet } from "../../model/rule-set.ts";
import type { Statement } from "../../sql/operation.ts";
import { and, ident, join, literal, or, type Sql, sql } from "../../sql/sql.ts";
import { columns, statement } from "../../sql/statement.ts";

const union = sql`
UNION ALL
`;

/**
 * Every pair of a death and a person that some pass accepts, with its best rank. Key (death_id, person_id).
 * `n_agreeing`: the person's records that bear the values which gave that rank.
 */
export function candidateTables(ruleSet: RuleSet): Statement[] {
  const blocks = blocksOf(ruleSet.passes);
  return [
    ...blocks.map(blockTable),
    statement(
      "candidate",
      columns({ death_id: "integer", person_id: "bigint", match_rank: "tinyint", n_agreeing: "bigint" }),
      sql`SELECT b.death_id, b.person_id, b.match_rank, sum(b.n_records) AS n_agreeing
FROM (
  SELECT u.death_id, u.person_id, u.match_rank, u.n_records,
    min(u.match_rank) OVER (PARTITION BY u.death_id, u.person_id) AS best_rank
  FROM (${join(
    blocks.map(
      ({ name }) => sql`SELECT t.death_id, t.person_id, t.match_rank, t.n_records FROM ${ident(name)} AS t`,
    ),
    union,
  )}) AS u
) AS b
WHERE b.match_rank = b.best_rank
GROUP BY b.death_id, b.person_id, b.match_rank`,
    ),
  ];
}

/** Pairs of one block with the first pass that holds. */
function blockTable(block: RuleBlock): Statement {
  const tables = { rows: sql`death`, profiles: sql`person_profile`, numbers: sql`person_number` };
  return statement(
    block.name,
    columns({ death_id: "integer", person_id: "bigint", match_rank: "tinyint", n_records: "bigint" }),
    sql`SELECT x.death_id, x.person_id, x.match_rank, x.n_records
FROM (
  SELECT d.death_id, p.person_id, p.n_records, ${bestRank(block)} AS match_rank
  FROM ${blockPairs(block, tables)}
) AS x
WHERE x.match_rank IS NOT NULL`,
  );
}

/**
 * One statement per rank, strongest first: pairs of deaths and persons that no earlier rank took.
 *
 * A death that fits several persons goes to one without activity after the death, then to the one with the most
 * agreeing records, then to the lowest person_id. A person that several deaths choose takes one that no activity
 * follows, then the one registered first, then the least natural key. What loses stays for the later ranks.
 * Leaves the table `link`, key `person_id`; also `death_id`.
 */
export function rankTables(ruleSet: RuleSet): Statement[] {
  const ranks = ruleSet.passes.map((pass) => pass.rank);
  return [
    ...ranks.map((rank, i) => rankTable(rank, ranks.slice(0, i))),
    statement(
      "linked",
      pairColumns,
      join(
        ranks.map((rank) => pairsOf(rank)),
        union,
      ),
    ),
    linkTable(),
  ];
}

const pairColumns = columns({ death_id: "integer", person_id: "bigint", match_rank: "tinyint" });

function pairsOf(rank: number): Sql {
  return sql`SELECT m.death_id, m.person_id, m.match_rank FROM ${ident(`match_${rank}`)} AS m`;
}

function rankTable(rank: number, earlier: readonly number[]): Statement {
  const taken = earlier.flatMap((other) => [
    sql`NOT EXISTS (SELECT 1 FROM ${ident(`match_${other}`)} AS m WHERE m.death_id = c.death_id)`,
    sql`NOT EXISTS (SELECT 1 FROM ${ident(`match_${other}`)} AS m WHERE m.person_id = c.person_id)`,
  ]);
  return statement(
    `match_${rank}`,
    pairColumns,
    sql`SELECT y.death_id, y.person_id, y.match_rank
FROM (
  SELECT x.death_id, x.person_id, x.match_rank, row_number() OVER (
    PARTITION BY x.person_id ORDER BY x.is_active_after, x.registered_date NULLS LAST, x.death_id) AS place
  FROM (
    SELECT c.death_id, c.person_id, c.match_rank, d.registered_date,
      CASE WHEN a.last_date > d.death_date THEN 1 ELSE 0 END AS is_active_after,
      row_number() OVER (PARTITION BY c.death_id ORDER BY
        CASE WHEN a.last_date > d.death_date THEN 1 ELSE 0 END, c.n_agreeing DESC, c.person_id) AS place
    FROM candidate AS c
    JOIN death AS d ON d.death_id = c.death_id
    LEFT JOIN activity AS a ON a.person_id = c.person_id
    WHERE ${and([sql`c.match_rank = ${literal(rank)}`, ...taken])}
  ) AS x
  WHERE x.place = 1
) AS y
WHERE y.place = 1`,
  );
}

/** Links with their rivals: candidate pairs of the same death or the same person. */
function linkTable(): Statement {
  const isRival = or([sql`c.death_id <> l.death_id`, sql`c.person_id <> l.person_id`]);
  const rivals = (side: "death_id" | "person_id") => sql`SELECT l.person_id, c.match_rank
    FROM linked AS l
    JOIN candidate AS c ON ${ident("c", side)} = ${ident("l", side)}
    WHERE ${isRival}`;
  return statement(
    "link",
    [...pairColumns, ...columns({ n_candidates: "integer", margin: "integer" })],
    sql`SELECT l.death_id, l.person_id, l.match_rank, 1 + coalesce(r.n_rivals, 0) AS n_candidates,
  r.best_rank - l.match_rank AS margin
FROM linked AS l
LEFT JOIN (
  SELECT q.person_id, count(*) AS n_rivals, min(q.match_rank) AS best_rank
  FROM (
    ${rivals("death_id")}
    UNION ALL
    ${rivals("person_id")}
  ) AS q
  GROUP BY q.person_id
) AS r ON r.person_id = l.person_id`,
  );
}
