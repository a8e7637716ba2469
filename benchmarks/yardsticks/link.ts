import type { Session } from "../../src/engine/session.ts";
import {
  agreeInPart,
  cleanBirth,
  cleanNumber,
  cleanPostcode,
  cleanSex,
  realDate,
} from "./identity-cleaning.ts";

/** What the rules read: relations of Parquet files. */
export interface LinkSources {
  readonly deathsIdentity: string;
  readonly deathsContent: string;
  readonly profiles: string;
  readonly content: string;
  readonly persons: string;
}

const ranks = [1, 2, 3, 4, 5, 6, 7, 8] as const;

/** Deaths as last delivered, and what the ledger knows of persons. */
function sides({ deathsIdentity, deathsContent, profiles }: LinkSources): string[] {
  return [
    `CREATE TABLE death AS
SELECT row_number() OVER (ORDER BY DARS_BIRD_DEATHS_ID) AS death_id, record_id, ${cleanNumber("number")} AS nhs,
  ${cleanBirth("birth", "is_after")} AS born, ${cleanSex("submitted_sex")} AS gender, ${cleanPostcode("address")} AS pc, died, registered, cause
FROM (
  SELECT i.record_id, i.DARS_BIRD_DEATHS_ID, i.DEC_CONF_NHS_NUMBER AS number, i.DEC_DATE_OF_BIRTH AS birth,
    i.DEC_SEX AS submitted_sex, i.DECAD_STAT_POSTCODE AS address, c.REG_DATE_OF_DEATH AS died, c.REG_DATE AS registered,
    coalesce(c.S_UNDERLYING_COD_ICD10, c.S_UNDERLYING_COD_ICD9) AS cause, c.CANCELLED_FLAG AS cancelled,
    coalesce(i.DEC_DATE_OF_BIRTH > ${realDate("c.REG_DATE_OF_DEATH")}, FALSE) AS is_after,
    row_number() OVER (PARTITION BY i.DARS_BIRD_DEATHS_ID ORDER BY i.record_id DESC) AS version
  FROM ${deathsIdentity} AS i JOIN ${deathsContent} AS c ON c.record_id = i.record_id
) WHERE version = 1 AND coalesce(cancelled, 'N') <> 'Y'`,
    `CREATE TABLE known AS
SELECT person_id, nhs_number AS nhs, birth_date AS born, sex AS gender, postcode AS pc, sum(n_records) AS n
FROM ${profiles} WHERE NOT is_dormant GROUP BY ALL`,
    `CREATE TABLE number AS SELECT DISTINCT person_id, nhs FROM known WHERE nhs IS NOT NULL`,
    `CREATE TABLE communal AS
SELECT pc FROM (
  SELECT pc, count(*) OVER (ORDER BY n DESC) AS before, count(*) OVER () AS total
  FROM (SELECT pc, count(DISTINCT person_id) AS n FROM known WHERE pc IS NOT NULL GROUP BY pc)
) WHERE before * 100 <= total`,
  ];
}

/** Pairs by NHS number, and pairs by sex, birth date and postcode, each with its best rank. */
const pairs = [
  `CREATE TABLE pair AS
SELECT d.death_id, p.person_id, p.n, CASE
  WHEN d.gender = p.gender AND d.born = p.born AND d.pc = p.pc THEN 1
  WHEN d.gender = p.gender AND d.born = p.born THEN 2
  WHEN d.gender = p.gender AND d.pc = p.pc AND ${agreeInPart("d.born", "p.born")} THEN 3
  WHEN d.gender = p.gender AND ${agreeInPart("d.born", "p.born")} THEN 4
  WHEN d.pc = p.pc THEN 5 ELSE 8 END AS rank
FROM death AS d JOIN known AS p ON p.nhs = d.nhs
UNION ALL
SELECT d.death_id, p.person_id, p.n, CASE WHEN d.pc IN (SELECT pc FROM communal) THEN 7 ELSE 6 END AS rank
FROM death AS d JOIN known AS p ON p.gender = d.gender AND p.born = d.born AND p.pc = d.pc
WHERE NOT (month(d.born) = 1 AND day(d.born) = 1) AND (d.nhs IS NULL
  OR NOT EXISTS (SELECT 1 FROM number AS k WHERE k.person_id = p.person_id)
  OR EXISTS (SELECT 1 FROM number AS k WHERE k.person_id = p.person_id AND k.nhs = d.nhs))`,
  `CREATE TABLE candidate AS
SELECT death_id, person_id, rank, sum(n) AS agreeing
FROM (SELECT * FROM pair QUALIFY rank = min(rank) OVER (PARTITION BY death_id, person_id))
GROUP BY death_id, person_id, rank`,
];

/** Deaths that hospitals report, and the last day on which those concerned were seen alive. */
function hospital({ content, persons }: LinkSources): string[] {
  return [
    `CREATE TABLE hospital AS
SELECT p.person_id, coalesce(${realDate("c.DISDATE")}, ${realDate("c.EPIEND")}) AS died, c.DISMETH = '5' AS stillbirth
FROM ${content} AS c JOIN ${persons} AS p ON p.record_id = c.record_id
WHERE c.DISMETH IN ('4', '5') AND died IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY p.person_id ORDER BY died DESC, c.record_id) = 1`,
    `CREATE TABLE seen AS
SELECT p.person_id, max(coalesce(${realDate("c.ADMIDATE")}, ${realDate("c.EPISTART")})) AS last
FROM ${content} AS c
JOIN (SELECT * FROM ${persons} WHERE person_id IN (SELECT person_id FROM candidate UNION SELECT person_id FROM hospital)) AS p
  ON p.record_id = c.record_id
GROUP BY p.person_id`,
    `CREATE TABLE linked (death_id BIGINT, person_id BIGINT, rank TINYINT)`,
  ];
}

/** What a rank takes of deaths and persons that no earlier one took. */
function take(rank: number): string {
  return `INSERT INTO linked
SELECT death_id, person_id, ${rank} FROM (
  SELECT c.death_id, c.person_id, d.registered, coalesce(s.last > d.died, FALSE) AS after
  FROM candidate AS c JOIN death AS d ON d.death_id = c.death_id LEFT JOIN seen AS s ON s.person_id = c.person_id
  WHERE c.rank = ${rank} AND c.death_id NOT IN (SELECT death_id FROM linked)
    AND c.person_id NOT IN (SELECT person_id FROM linked)
  QUALIFY row_number() OVER (PARTITION BY c.death_id ORDER BY after, c.agreeing DESC, c.person_id) = 1
)
QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY after, registered NULLS LAST, death_id) = 1`;
}

/** One death for each person, registered and hospital deaths merged, in order of persons. */
const result = `SELECT m.person_id, m.record_id, m.date_of_death, m.registered AS date_of_registration, m.cause AS cause_of_death,
  m.used AS death_record_used, m.rank AS match_rank, m.n_candidates, m.margin,
  CASE WHEN s.last > m.date_of_death THEN 'Y' END AS subsequent_activity, 'hes-ons@1' AS rule_set, m.is_stillbirth
FROM (
  SELECT coalesce(l.person_id, h.person_id) AS person_id, l.record_id, l.registered, l.cause, coalesce(l.rank, 0) AS rank,
    coalesce(l.n_candidates, 0) AS n_candidates, l.margin, coalesce(h.stillbirth, FALSE) AS is_stillbirth,
    CASE WHEN l.person_id IS NULL THEN 'HES1' WHEN h.person_id IS NULL THEN 'ONS2' WHEN l.died - h.died BETWEEN 1 AND 3 THEN 'MIX1'
      WHEN l.died - h.died BETWEEN -3 AND 0 THEN 'ONS1' ELSE 'HES2' END AS used,
    CASE WHEN used LIKE 'ONS%' THEN l.died ELSE h.died END AS date_of_death
  FROM (
    SELECT l.person_id, l.rank, d.record_id, d.died, d.registered, d.cause, 1 + coalesce(r.rivals, 0) AS n_candidates,
      r.best - l.rank AS margin
    FROM linked AS l
    JOIN death AS d ON d.death_id = l.death_id
    LEFT JOIN (
      SELECT person_id, count(*) AS rivals, min(rank) AS best FROM (
        SELECT l.person_id, c.rank FROM linked AS l JOIN candidate AS c ON c.death_id = l.death_id AND c.person_id <> l.person_id
        UNION ALL
        SELECT l.person_id, c.rank FROM linked AS l JOIN candidate AS c ON c.person_id = l.person_id AND c.death_id <> l.death_id
      ) GROUP BY person_id
    ) AS r ON r.person_id = l.person_id
  ) AS l
  FULL JOIN hospital AS h ON h.person_id = l.person_id
) AS m
LEFT JOIN seen AS s ON s.person_id = m.person_id
ORDER BY m.person_id`;

/** The rules of hes-ons@1 over admitted care by hand: one death for each person, as Parquet. */
export async function linkByHand(session: Session, sources: LinkSources, path: string): Promise<number> {
  const steps = [...sides(sources), ...pairs, ...hospital(sources), ...ranks.map(take)];
  for (const text of steps) await session.run("link", text);
  return await session.run("deaths", `COPY (${result}) TO '${path}' (FORMAT parquet, COMPRESSION zstd)`);
}
