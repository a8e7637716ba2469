import type { Session } from "../../src/engine/session.ts";
import { componentsBySql } from "./components.ts";
import {
  agreeInPart,
  cleanBirth,
  cleanNumber,
  cleanPostcode,
  cleanSex,
  realDate,
} from "./identity-cleaning.ts";

const submitted = "NEWNHSNO, DOB, SEX, HOMEADD, PROCODET, LOPATID";
const isAfterEnd = `coalesce(DOB > ${realDate("EPIEND")}, FALSE)`;

/** Distinct submissions of admitted care, cleaned; `id` is the least record of each. */
function nodes(identity: string): string {
  return `CREATE TABLE node AS
SELECT * EXCLUDE (prov, loc), CASE WHEN loc IS NOT NULL THEN prov END AS prov, CASE WHEN prov IS NOT NULL THEN loc END AS loc,
  gender IS NOT NULL AND born IS NOT NULL AND (nhs IS NOT NULL OR pc IS NOT NULL AND (prov IS NOT NULL AND loc IS NOT NULL
    OR NOT (month(born) = 1 AND day(born) = 1))) AS placeable
FROM (
  SELECT min(record_id) AS id, count(*) AS n, ${submitted}, after_end,
    ${cleanNumber("NEWNHSNO")} AS nhs, ${cleanBirth("DOB", "after_end")} AS born, ${cleanSex("SEX")} AS gender,
    ${cleanPostcode("HOMEADD")} AS pc, nullif(trim(PROCODET), '') AS prov, nullif(trim(LOPATID), '') AS loc
  FROM (SELECT record_id, ${submitted}, ${isAfterEnd} AS after_end FROM ${identity})
  GROUP BY ${submitted}, after_end
)`;
}

/** Pass 1 with equal dates, as one label for each group; the other equalities are edges between labels. */
const agreeing = [
  `CREATE TABLE pass_1 AS SELECT nhs, gender, born, min(id) AS head FROM node
WHERE placeable AND nhs IS NOT NULL GROUP BY nhs, gender, born`,
  `CREATE TABLE labelled AS SELECT n.id, n.n, n.born, n.gender, n.pc, n.prov, n.loc, n.nhs, coalesce(p.head, n.id) AS label
FROM node AS n LEFT JOIN pass_1 AS p ON p.nhs = n.nhs AND p.gender = n.gender AND p.born = n.born WHERE n.placeable`,
  `CREATE TABLE edge AS
SELECT DISTINCT a, b FROM (
  SELECT l.head AS a, r.head AS b FROM pass_1 AS l JOIN pass_1 AS r ON r.nhs = l.nhs AND r.gender = l.gender AND l.born < r.born
  WHERE ${agreeInPart("l.born", "r.born")}
  UNION ALL
  SELECT label AS a, min(label) OVER (PARTITION BY gender, born, pc, prov, loc) AS b FROM labelled
  WHERE pc IS NOT NULL AND loc IS NOT NULL
  UNION ALL
  SELECT label AS a, min(label) OVER (PARTITION BY gender, born, pc) AS b FROM labelled
  WHERE nhs IS NULL AND pc IS NOT NULL AND loc IS NULL
) WHERE a <> b`,
];

/**
 * Pass 3: groups that a cluster without a number stands in, and the one cluster that it may join. All records of such
 * a cluster have one sex, birth date and postcode, so it stands in one group, and what it joins joins nothing else.
 */
const attaching = [
  `CREATE TABLE cluster AS SELECT l.id, l.n, l.born, l.gender, l.pc, l.nhs, coalesce(c.label, l.label) AS cluster
FROM labelled AS l LEFT JOIN joined AS c ON c.node = l.label`,
  `CREATE TABLE numbered AS SELECT DISTINCT cluster FROM cluster WHERE nhs IS NOT NULL`,
  `CREATE TABLE bare AS SELECT c.* FROM cluster AS c ANTI JOIN numbered AS k ON k.cluster = c.cluster
WHERE c.pc IS NOT NULL AND NOT (month(c.born) = 1 AND day(c.born) = 1)`,
  `CREATE TABLE target AS
SELECT s.gender, s.born, s.pc, coalesce(min(k.cluster), min(s.cluster)) AS head
FROM (SELECT c.* FROM cluster AS c SEMI JOIN bare AS b ON b.gender = c.gender AND b.born = c.born AND b.pc = c.pc) AS s
LEFT JOIN numbered AS k ON k.cluster = s.cluster
GROUP BY s.gender, s.born, s.pc
HAVING sum(s.n) > 1 AND (count(k.cluster) = 0 OR min(k.cluster) = max(k.cluster))`,
  `CREATE TABLE attached AS
SELECT DISTINCT b.cluster AS node, t.head AS label FROM bare AS b
JOIN target AS t ON t.gender = b.gender AND t.born = b.born AND t.pc = b.pc
WHERE t.head <> b.cluster`,
];

/** Records joined back to the submission they made, by every submitted value. */
function result(identity: string): string {
  const same = `${submitted}, after_end`
    .split(", ")
    .map((name) => `r.${name} IS NOT DISTINCT FROM n.${name}`)
    .join(" AND ");
  return `SELECT r.record_id, CASE WHEN n.placeable THEN coalesce(a.label, c.cluster) ELSE r.record_id END AS person_id
FROM (SELECT record_id, ${submitted}, ${isAfterEnd} AS after_end FROM ${identity}) AS r
JOIN node AS n ON ${same}
LEFT JOIN cluster AS c ON c.id = n.id
LEFT JOIN attached AS a ON a.node = c.cluster
ORDER BY r.record_id`;
}

/** The rules of hesid@1 over admitted care by hand, with no ledger before: the person of each record, in order of records. */
export async function identifyByHand(session: Session, identity: string, path: string): Promise<number> {
  for (const text of [nodes(identity), ...agreeing]) await session.run("identify", text);
  await componentsBySql(session, "joined", "edge");
  for (const text of attaching) await session.run("attach", text);
  return await session.run(
    "persons",
    `COPY (${result(identity)}) TO '${path}' (FORMAT parquet, COMPRESSION zstd)`,
  );
}
