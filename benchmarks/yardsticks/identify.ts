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
  sex IS NOT NULL AND dob IS NOT NULL AND (nhs IS NOT NULL OR pc IS NOT NULL AND (prov IS NOT NULL AND loc IS NOT NULL
    OR NOT (month(dob) = 1 AND day(dob) = 1))) AS placeable
FROM (
  SELECT min(record_id) AS id, count(*) AS n, ${submitted}, after_end,
    ${cleanNumber("NEWNHSNO")} AS nhs, ${cleanBirth("DOB", "after_end")} AS dob, ${cleanSex("SEX")} AS sex,
    ${cleanPostcode("HOMEADD")} AS pc, nullif(trim(PROCODET), '') AS prov, nullif(trim(LOPATID), '') AS loc
  FROM (SELECT record_id, ${submitted}, ${isAfterEnd} AS after_end FROM ${identity})
  GROUP BY ${submitted}, after_end
)`;
}

/** Pass 1 with equal dates, as one label for each group; the other equalities are edges between labels. */
const agreeing = [
  `CREATE TABLE pass_1 AS SELECT nhs, sex, dob, min(id) AS head FROM node
WHERE placeable AND nhs IS NOT NULL GROUP BY nhs, sex, dob`,
  `CREATE TABLE labelled AS SELECT n.id, n.n, n.dob, n.sex, n.pc, n.prov, n.loc, n.nhs, coalesce(p.head, n.id) AS label
FROM node AS n LEFT JOIN pass_1 AS p ON p.nhs = n.nhs AND p.sex = n.sex AND p.dob = n.dob WHERE n.placeable`,
  `CREATE TABLE edge AS
SELECT DISTINCT a, b FROM (
  SELECT l.head AS a, r.head AS b FROM pass_1 AS l JOIN pass_1 AS r ON r.nhs = l.nhs AND r.sex = l.sex AND l.dob < r.dob
  WHERE ${agreeInPart("l.dob", "r.dob")}
  UNION ALL
  SELECT label AS a, min(label) OVER (PARTITION BY sex, dob, pc, prov, loc) AS b FROM labelled
  WHERE pc IS NOT NULL AND loc IS NOT NULL
  UNION ALL
  SELECT label AS a, min(label) OVER (PARTITION BY sex, dob, pc) AS b FROM labelled
  WHERE nhs IS NULL AND pc IS NOT NULL AND loc IS NULL
) WHERE a <> b`,
];

/** Pass 3: groups that a cluster without a number stands in, and the one cluster that it may join. */
const attaching = [
  `CREATE TABLE cluster AS SELECT l.id, l.n, l.dob, l.sex, l.pc, l.nhs, coalesce(c.label, l.label) AS cluster
FROM labelled AS l LEFT JOIN joined AS c ON c.node = l.label`,
  `CREATE TABLE numbered AS SELECT DISTINCT cluster FROM cluster WHERE nhs IS NOT NULL`,
  `CREATE TABLE bare AS SELECT c.* FROM cluster AS c ANTI JOIN numbered AS k ON k.cluster = c.cluster
WHERE c.pc IS NOT NULL AND NOT (month(c.dob) = 1 AND day(c.dob) = 1)`,
  `CREATE TABLE target AS
SELECT s.sex, s.dob, s.pc, coalesce(min(k.cluster), min(s.cluster)) AS head
FROM (SELECT c.* FROM cluster AS c SEMI JOIN bare AS b ON b.sex = c.sex AND b.dob = c.dob AND b.pc = c.pc) AS s
LEFT JOIN numbered AS k ON k.cluster = s.cluster
GROUP BY s.sex, s.dob, s.pc
HAVING sum(s.n) > 1 AND (count(k.cluster) = 0 OR min(k.cluster) = max(k.cluster))`,
  `CREATE TABLE attach AS
SELECT b.cluster AS a, min(t.head) AS b FROM bare AS b JOIN target AS t ON t.sex = b.sex AND t.dob = b.dob AND t.pc = b.pc
GROUP BY b.cluster HAVING min(t.head) = max(t.head) AND min(t.head) <> b.cluster`,
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
  await componentsBySql(session, "attached", "attach");
  return await session.run(
    "persons",
    `COPY (${result(identity)}) TO '${path}' (FORMAT parquet, COMPRESSION zstd)`,
  );
}
