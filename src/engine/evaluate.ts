import { join } from "node:path";
import { duckdb } from "../sql/duckdb.ts";
import type { Session } from "./session.ts";

/** How well links agree with a known truth. Precision and recall are null where nothing was counted. */
export interface TruthComparison {
  readonly found: number;
  readonly right: number;
  readonly wanted: number;
  readonly precision: number | null;
  readonly recall: number | null;
}

/** Places of what is compared: Parquet files of links, and the truth that the generator wrote. */
export interface EvaluationFiles {
  /** Ledger: record_id and person_id, by data set. */
  readonly persons: Readonly<Record<string, readonly string[]>>;
  /** Identity zones, by data set, with the field that is the record's key. */
  readonly identity: Readonly<Record<string, { readonly files: readonly string[]; readonly key: string }>>;
  readonly truth: string;
}

/**
 * Compares the ledger with the truth, over pairs of records of one person.
 *
 * precision: of the pairs that the ledger puts together, those of one true person; recall: the reverse.
 */
export async function evaluatePersons(session: Session, files: EvaluationFiles): Promise<TruthComparison> {
  await session.run("truth", `CREATE OR REPLACE TABLE evaluated AS ${recordsText(files)}`);
  const pairs = (group: string) =>
    `(SELECT CAST(coalesce(sum(n * (n - 1) / 2), 0) AS BIGINT) FROM (SELECT count(*) AS n FROM evaluated GROUP BY ${group}))`;
  const row = await session.row(
    "evaluate",
    `SELECT ${pairs("person_id")} AS found, ${pairs("person_id, person")} AS right, ${pairs("person")} AS wanted`,
  );
  return comparison(Number(row["found"]), Number(row["right"]), Number(row["wanted"]));
}

/**
 * Compares linked deaths with the truth. In: `deaths` of the link step, the deaths' identity zone, and the persons
 * evaluated before. Found: the person who holds most of a true person's records carries the death of that person.
 */
export async function evaluateDeaths(
  session: Session,
  files: EvaluationFiles,
  deaths: readonly string[],
  deathIdentity: { readonly dataSet: string; readonly files: readonly string[]; readonly key: string },
): Promise<TruthComparison> {
  const deathSet = duckdb.quoteText(deathIdentity.dataSet);
  await session.run(
    "linked",
    `CREATE OR REPLACE TABLE evaluated_deaths AS
     SELECT d.person_id, t.person AS death_of
     FROM ${read(deaths)} AS d
     JOIN ${read(deathIdentity.files)} AS i ON i.record_id = d.record_id
     JOIN (SELECT DISTINCT natural_key, person FROM ${truthOf(files)} WHERE data_set = ${deathSet}) AS t
       ON t.natural_key = i.${duckdb.quoteIdentifier(deathIdentity.key)}`,
  );
  const holder = `SELECT person, person_id FROM (
     SELECT person, person_id, row_number() OVER (PARTITION BY person ORDER BY count(*) DESC, person_id) AS place
     FROM evaluated GROUP BY person, person_id) WHERE place = 1`;
  const row = await session.row(
    "evaluate",
    `WITH holder AS (${holder}),
     majority AS (SELECT person_id, person FROM (
       SELECT person_id, person, row_number() OVER (PARTITION BY person_id ORDER BY count(*) DESC, person) AS place
       FROM evaluated GROUP BY person_id, person) WHERE place = 1),
     wanted AS (SELECT h.person, h.person_id FROM holder AS h
       WHERE EXISTS (SELECT 1 FROM ${truthOf(files)} AS t WHERE t.data_set = ${deathSet} AND t.person = h.person))
     SELECT (SELECT count(*) FROM evaluated_deaths) AS found,
       (SELECT count(*) FROM evaluated_deaths AS d JOIN majority AS m ON m.person_id = d.person_id AND m.person = d.death_of) AS right,
       (SELECT count(*) FROM wanted) AS wanted,
       (SELECT count(*) FROM wanted AS w JOIN evaluated_deaths AS d ON d.person_id = w.person_id AND d.death_of = w.person) AS reached`,
  );
  const found = comparison(Number(row["found"]), Number(row["right"]), Number(row["wanted"]));
  return { ...found, recall: ratio(Number(row["reached"]), found.wanted) };
}

/**
 * Compares a customer's list, as linked to the ledger, with the truth. In: `linked` of the combine step, and the persons
 * evaluated before. Found: a person of the list is linked to a person of the ledger who has records of theirs.
 */
export async function evaluateCohort(
  session: Session,
  { truth }: EvaluationFiles,
  linked: readonly string[],
): Promise<TruthComparison> {
  const row = await session.row(
    "evaluate",
    `WITH member AS (SELECT t.person, CAST(l.right_id AS BIGINT) AS person_id
       FROM ${read(linked)} AS l JOIN ${read([join(truth, "cohort.parquet")])} AS t ON t.study_id = l.left_id)
     SELECT count(person_id) AS found,
       count(CASE WHEN EXISTS (SELECT 1 FROM evaluated AS e WHERE e.person = m.person AND e.person_id = m.person_id) THEN 1 END) AS right,
       count(CASE WHEN EXISTS (SELECT 1 FROM evaluated AS e WHERE e.person = m.person) THEN 1 END) AS wanted
     FROM member AS m`,
  );
  return comparison(Number(row["found"]), Number(row["right"]), Number(row["wanted"]));
}

function recordsText({ persons, identity, truth }: EvaluationFiles): string {
  const parts = Object.entries(persons).flatMap(([dataSet, files]) => {
    const zone = identity[dataSet];
    if (zone === undefined) return [];
    return [
      `SELECT p.person_id, t.person FROM ${read(files)} AS p
       JOIN ${read(zone.files)} AS i ON i.record_id = p.record_id
       JOIN ${read([join(truth, "records.parquet")])} AS t
         ON t.data_set = ${duckdb.quoteText(dataSet)} AND t.natural_key = i.${duckdb.quoteIdentifier(zone.key)}`,
    ];
  });
  return parts.join("\nUNION ALL\n");
}

function truthOf({ truth }: EvaluationFiles): string {
  return read([join(truth, "records.parquet")]);
}

function read(files: readonly string[]): string {
  return `read_parquet([${files.map(duckdb.quoteText).join(", ")}])`;
}

function comparison(found: number, right: number, wanted: number): TruthComparison {
  return { found, right, wanted, precision: ratio(right, found), recall: ratio(right, wanted) };
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
