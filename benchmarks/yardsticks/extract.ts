import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { hesApc } from "../../src/catalogue/hes-apc.ts";
import { pseudonymise } from "../../src/engine/host/pseudonymise.ts";
import type { Session } from "../../src/engine/session.ts";
import { pseudonymFunction } from "../../src/model/pseudonym.ts";
import { literal, sql } from "../../src/sql/sql.ts";
import { filesOf, ledgerFiles, readFiles } from "../stored.ts";
import type { Bench } from "../suite.ts";
import { exists, withSession } from "../workspace.ts";

const tokenised = ["EPIKEY", "SUSRECID", "AEKEY"] as const;

const family = (prefix: string) =>
  hesApc.fields.map(({ name }) => name).filter((name) => name.startsWith(prefix));

/** Fields as the specification asks for them, families written out. */
const fields: readonly string[] = [
  ...["FYEAR", ...tokenised, "ADMIDATE", "ADMIMETH", "ADMISORC", "CLASSPAT", ...family("DIAG_4_")],
  ...[
    "DISDATE",
    "DISDEST",
    "DISMETH",
    "EPIDUR",
    "EPIEND",
    "EPIORDER",
    "EPISTART",
    "EPISTAT",
    "EPITYPE",
    "ETHNOS",
  ],
  ...[
    "FAE",
    "FCE",
    "LSOA11",
    "MAINSPEF",
    "MYDOB",
    ...family("OPERTN_4_"),
    "PROCODE3",
    "SEX",
    "SPELBGIN",
    "SPELDUR",
  ],
  ...["SPELEND", "STARTAGE", "TRETSPEF"],
];

/** The columns of the file, in order. */
export const exactColumns: string = ["TOKEN_PERSON_ID", ...fields].map((name) => `"${name}"`).join(", ");

const tokenFolder = (bench: Bench) => join(bench.folder, "tokens");

async function sources(bench: Bench): Promise<Record<"content" | "persons" | "profiles", string>> {
  return {
    content: readFiles(await filesOf(bench, "content", "hes_apc")),
    persons: readFiles(await ledgerFiles(bench, "persons_hes_apc")),
    profiles: readFiles(await ledgerFiles(bench, "profiles")),
  };
}

/** Makes the tokens of all persons who may be in the extract, and of its record keys, with their ranks: Parquet files. */
export async function prepareTokens(bench: Bench): Promise<void> {
  const folder = tokenFolder(bench);
  if (await exists(folder)) return;
  const staged = `${folder}.part`;
  await rm(staged, { recursive: true, force: true });
  await mkdir(staged, { recursive: true });
  await withSession(bench, async (session) => {
    const { content, persons, profiles } = await sources(bench);
    const list = join(bench.supplier, "opt-outs.dat");
    await session.run(
      "allowed",
      `CREATE TABLE allowed AS
SELECT DISTINCT p.person_id, CASE WHEN p.id_type <> 'one-time' THEN CAST(p.person_id AS VARCHAR) END AS person,
  CASE WHEN p.id_type = 'one-time' THEN '7:hes_apc' || length(CAST(c.EPIKEY AS VARCHAR)) || ':' || c.EPIKEY END AS one_time
FROM ${persons} AS p
JOIN ${content} AS c ON c.record_id = p.record_id
WHERE p.person_id NOT IN (SELECT person_id FROM ${profiles} WHERE nhs_number IN (
  SELECT trim(replace(line, ',', '')) FROM read_csv('${list}', header = false, delim = '\t', columns = {'line': 'VARCHAR'})))`,
    );
    const copy = async (name: string, key: string, token: string) =>
      await session.run(
        name,
        `COPY (SELECT ${key}, ${token} AS token, row_number() OVER (ORDER BY ${token}) AS token_rank FROM tokens_${name}) TO '${join(staged, `${name}.parquet`)}' (FORMAT parquet)`,
      );
    const people = "SELECT person_id, person, one_time FROM allowed";
    await makeTokens(session, bench, "person", "person_id", people, {
      person: "person",
      one_time: "one-time",
    });
    await copy("person", "person_id", "coalesce(person, one_time)");
    for (const field of tokenised) {
      const ids = `SELECT DISTINCT CAST(c."${field}" AS VARCHAR) AS id FROM ${content} AS c WHERE c."${field}" IS NOT NULL`;
      await makeTokens(session, bench, field, "id", `SELECT id, id AS token FROM (${ids})`, { token: field });
      await copy(field, "id", "token");
    }
  });
  await rename(staged, folder);
}

/** A table of the query's columns, with tokens in the place of the ids that have a domain. */
async function makeTokens(
  session: Session,
  bench: Bench,
  name: string,
  key: string,
  query: string,
  domains: Readonly<Record<string, string>>,
): Promise<void> {
  const columns = [key, ...Object.keys(domains)].map((column) => ({
    name: column,
    type: "varchar" as const,
  }));
  const call = {
    kind: "host",
    id: name,
    fn: pseudonymFunction,
    input: sql`SELECT ${literal(name)}`,
    params: { agreement: "DARS-NIC-000009-BENCH", scope: "agreement", epoch: 1, domains },
    output: { name: `tokens_${name}`, columns },
  } as const;
  await pseudonymise(bench.workspace.rootKey)(session, call, query);
}

/** The bare copy: content, persons and ready-made tokens joined, in the order of the tokens. */
export async function copyByHand(
  bench: Bench,
  format: "csv" | "parquet",
): Promise<{ readonly text: string; readonly path: string }> {
  const { content, persons } = await sources(bench);
  const tokens = (name: string) => `read_parquet('${join(tokenFolder(bench), `${name}.parquet`)}')`;
  const isKey = (name: string) => tokenised.some((key) => key === name);
  const values = fields.map((name) => (isKey(name) ? `k_${name}.token AS "${name}"` : `c."${name}"`));
  const keys = tokenised.map(
    (name) => `LEFT JOIN ${tokens(name)} AS k_${name} ON k_${name}.id = CAST(c."${name}" AS VARCHAR)`,
  );
  const path = join(bench.scratch, `extract.${format}`);
  const options =
    format === "parquet"
      ? "FORMAT parquet, COMPRESSION zstd"
      : `FORMAT csv, HEADER true, DELIMITER '|', QUOTE '"', ESCAPE '"', NULLSTR ''`;
  const text = `COPY (
SELECT p.token AS TOKEN_PERSON_ID, ${values.join(", ")}
FROM ${content} AS c
JOIN ${persons} AS r ON r.record_id = c.record_id
JOIN ${tokens("person")} AS p ON p.person_id = r.person_id
${keys.join("\n")}
ORDER BY p.token_rank, k_EPIKEY.token_rank, c.record_id
) TO '${path}' (${options})`;
  return { text, path };
}
