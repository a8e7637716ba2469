import { bestRank, blockPairs, blocksOf, type RuleBlock } from "../../model/rule-pairs.ts";
import { type RuleSet, ruleSetName } from "../../model/rule-set.ts";
import type { Statement } from "../../sql/operation.ts";
import { and, ident, join, literal, sql } from "../../sql/sql.ts";
import { columns, statement } from "../../sql/statement.ts";
import { linkColumns } from "./columns.ts";
import { type DeterministicSpec, sideProfiles } from "./deterministic-spec.ts";

const union = sql`
UNION ALL
`;

const pairColumns = columns({ left_id: "varchar", right_id: "varchar", match_rank: "tinyint" });
const candidateColumns = [...pairColumns, ...columns({ n_agreeing: "bigint" })];

/** Every pair of persons that some pass accepts, with its best rank, and the chosen ones among them: `candidate`, `rule_link`. */
export function ruleTables(ruleSet: RuleSet, keep: DeterministicSpec["keep"]): Statement[] {
  const blocks = blocksOf(ruleSet.passes);
  const chosen = keep === "best_left" ? [bestTable()] : rankTables(ruleSet);
  return [...blocks.map(blockTable), candidateTable(blocks), ...chosen, linkTable(ruleSet)];
}

function blockTable(block: RuleBlock): Statement {
  const tables = {
    rows: ident(sideProfiles("left")),
    profiles: ident(sideProfiles("right")),
    numbers: sql`person_number`,
  };
  return statement(
    block.name,
    candidateColumns,
    sql`SELECT x.left_id, x.right_id, x.match_rank, x.n_records AS n_agreeing
FROM (
  SELECT d.person_id AS left_id, p.person_id AS right_id, p.n_records, ${bestRank(block)} AS match_rank
  FROM ${blockPairs(block, tables)}
) AS x
WHERE x.match_rank IS NOT NULL`,
  );
}

function candidateTable(blocks: readonly RuleBlock[]): Statement {
  const all = blocks.map(
    ({ name }) => sql`SELECT t.left_id, t.right_id, t.match_rank, t.n_agreeing FROM ${ident(name)} AS t`,
  );
  return statement(
    "candidate",
    candidateColumns,
    sql`SELECT b.left_id, b.right_id, b.match_rank, sum(b.n_agreeing) AS n_agreeing
FROM (
  SELECT u.*, min(u.match_rank) OVER (PARTITION BY u.left_id, u.right_id) AS best_rank
  FROM (${join(all, union)}) AS u
) AS b
WHERE b.match_rank = b.best_rank
GROUP BY b.left_id, b.right_id, b.match_rank`,
  );
}

/** Of equal ranks the person with the most agreeing records goes first, then the one of the lowest id. */
const preference = sql`c.n_agreeing DESC, c.right_id`;

/** The best person of the right for each of the left. */
function bestTable(): Statement {
  return statement(
    "chosen",
    pairColumns,
    sql`SELECT x.left_id, x.right_id, x.match_rank
FROM (
  SELECT c.left_id, c.right_id, c.match_rank,
    row_number() OVER (PARTITION BY c.left_id ORDER BY c.match_rank, ${preference}) AS place
  FROM candidate AS c
) AS x
WHERE x.place = 1`,
  );
}

/** One table per rank, strongest first: pairs of persons that no earlier rank took, nobody twice. */
function rankTables(ruleSet: RuleSet): Statement[] {
  const ranks = ruleSet.passes.map((pass) => pass.rank);
  const all = ranks.map(
    (rank) => sql`SELECT m.left_id, m.right_id, m.match_rank FROM ${ident(`match_${rank}`)} AS m`,
  );
  return [
    ...ranks.map((rank, i) => rankTable(rank, ranks.slice(0, i))),
    statement("chosen", pairColumns, join(all, union)),
  ];
}

function rankTable(rank: number, earlier: readonly number[]): Statement {
  const taken = (side: "left_id" | "right_id") => (other: number) =>
    sql`NOT EXISTS (SELECT 1 FROM ${ident(`match_${other}`)} AS m WHERE ${ident("m", side)} = ${ident("c", side)})`;
  const free = [...earlier.map(taken("left_id")), ...earlier.map(taken("right_id"))];
  return statement(
    `match_${rank}`,
    pairColumns,
    sql`SELECT y.left_id, y.right_id, y.match_rank
FROM (
  SELECT x.left_id, x.right_id, x.match_rank,
    row_number() OVER (PARTITION BY x.right_id ORDER BY x.left_id) AS place
  FROM (
    SELECT c.left_id, c.right_id, c.match_rank,
      row_number() OVER (PARTITION BY c.left_id ORDER BY ${preference}) AS place
    FROM candidate AS c
    WHERE ${and([sql`c.match_rank = ${literal(rank)}`, ...free])}
  ) AS x
  WHERE x.place = 1
) AS y
WHERE y.place = 1`,
  );
}

/** The chosen pairs with their rivals: other persons of the right whom some rank accepts for the same one of the left. */
function linkTable(ruleSet: RuleSet): Statement {
  return statement(
    "rule_link",
    linkColumns,
    sql`SELECT h.left_id, h.right_id, h.match_rank, r.n_candidates, r.other_rank - h.match_rank AS margin,
  ${literal(ruleSetName(ruleSet))} AS rule_set
FROM chosen AS h
JOIN (
  SELECT c.left_id, count(*) AS n_candidates,
    min(CASE WHEN c.right_id <> o.right_id THEN c.match_rank END) AS other_rank
  FROM candidate AS c
  JOIN chosen AS o ON o.left_id = c.left_id
  GROUP BY c.left_id
) AS r ON r.left_id = h.left_id`,
  );
}
