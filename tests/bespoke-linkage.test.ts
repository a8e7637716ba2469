import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  cohortWorkspace,
  found,
  identifiersOf,
  type ListedPerson,
  runFile,
  studyRows,
  textOf,
  writeList,
} from "./cohort-lab.ts";
import { dars, mustEnd, type Outcome } from "./dars.ts";
import { column, filesBelow, query } from "./files.ts";
import { editFile, madeWorkspace, removeWorkspace } from "./workspace.ts";

let root = "";
let runs: Readonly<Record<"held" | "lists", Outcome>>;

/** What a register holds of the study's participants: two in three, half without a number, some moved or misspelt. */
async function registered(): Promise<ListedPerson[]> {
  const rows = await studyRows(1);
  return rows.flatMap((row, i) => {
    if (i % 3 === 2 || row["STATUS"] !== "add") return [];
    const given = row["GIVEN_NAME"] ?? "";
    return {
      reference: `R-${row["UNIQUE_REFERENCE"]}`,
      number: i % 2 === 1 ? "" : (row["NHS_NO"] ?? ""),
      family: row["FAMILY_NAME"] ?? "",
      given: i % 5 === 0 ? `${given.slice(0, -1)}X` : given,
      gender: row["GENDER"] ?? "",
      born: row["DATE_OF_BIRTH"] ?? "",
      postcode: i % 4 === 1 ? "" : (row["POSTCODE"] ?? ""),
    };
  });
}

beforeAll(async () => {
  root = await cohortWorkspace();
  const list = await writeList(root, "NIC-000006_COHORT_1.csv", await registered());
  mustEnd(await dars(root, ["ingest", list]), 0);
  mustEnd(await runFile(root, "pipelines/identify-apart.yaml"), 0);
  runs = {
    held: await runFile(root, "pipelines/ae-op.yaml"),
    lists: await runFile(root, "pipelines/two-lists.yaml"),
  };
});

afterAll(async () => await removeWorkspace(root));

const parquet = (...path: string[]) => `read_parquet('${join(root, ...path)}')`;
const delivered = (product: string, table: string) =>
  parquet(`deliveries/${product}/0001/data/extract`, `${table}.parquet`);

type Links = readonly [found: number, good: number];
const nobody: Links = [0, 0];

/** How many links there are by step, and how many of those are in `good` (left_id, right_id). */
async function linksOf(product: string, good: string): Promise<Record<string, Links>> {
  const rows = await query(
    `SELECT match_step, count(*) AS n, count(g.left_id) AS good_ones
     FROM ${parquet(`links/${product}.linked/0001/linked.parquet`)} AS l
     LEFT JOIN (${good}) AS g USING (left_id, right_id) GROUP BY match_step`,
  );
  return Object.fromEntries(
    rows.map((row) => [row["match_step"], [Number(row["n"]), Number(row["good_ones"])]]),
  );
}

/** Links whose quality is not told as their step tells it. */
async function untold(product: string): Promise<string[]> {
  const wrong = `(match_step = 'rules' AND (match_rank IS NULL OR rule_set <> 'bespoke@1' OR match_weight IS NOT NULL))
    OR (match_step = 'model' AND (match_weight IS NULL OR match_probability < 0.5 OR match_rank IS NOT NULL))
    OR (match_step = 'none' AND n_candidates IS NOT NULL) OR (match_step <> 'none' AND n_candidates IS NULL)`;
  return await column(`SELECT match_step FROM ${delivered(product, "COHORT_LINKED")} WHERE ${wrong}`);
}

describe("Two held data sets", () => {
  /** The persons of a ledger by the truth. */
  const known = async (ledger: string, key: string) => {
    const truth = join(await madeWorkspace(), "landing/truth/records.parquet");
    const dataSet = `hes_${ledger}`;
    return `SELECT DISTINCT t.person, CAST(p.person_id AS VARCHAR) AS id
      FROM ${parquet(`store/identity/${dataSet}/*/part.parquet`)} AS r
      JOIN ${parquet(`links/${ledger}/0001/persons/${dataSet}.parquet`)} AS p USING (record_id)
      JOIN read_parquet('${truth}') AS t ON t.data_set = '${dataSet}' AND t.natural_key = r."${key}"`;
  };

  it("are linked by rules first, and by the model on whom they leave", async () => {
    mustEnd(runs.held, 0);
    const good = `SELECT DISTINCT a.id AS left_id, b.id AS right_id
      FROM (${await known("ae", "AEKEY")}) AS a JOIN (${await known("op", "ATTENDKEY")}) AS b USING (person)`;
    const { rules = nobody, model = nobody, ...others } = await linksOf("ae-op", good);
    const [wanted] = await column(`SELECT count(DISTINCT left_id) FROM (${good})`);
    expect(others).toEqual({});
    expect(rules[0]).toBeGreaterThan(500);
    expect(model[0]).toBeGreaterThan(0);
    expect((rules[1] + model[1]) / (rules[0] + model[0])).toBeGreaterThan(0.98);
    expect((rules[1] + model[1]) / Number(wanted)).toBeGreaterThan(0.95);
  });

  it("leave as tokens of both persons, with the quality of each link and the records of those persons alone", async () => {
    const [row] = await query(
      `SELECT count(*) = count(DISTINCT other_person) AS once, bool_and(TOKEN_PERSON_ID <> other_person) AS apart,
         (SELECT count(*) FROM ${delivered("ae-op", "HES_OP_2023_24")}) > 100 AS records,
         (SELECT count(*) FROM ${delivered("ae-op", "HES_OP_2023_24")} WHERE TOKEN_PERSON_ID NOT IN
           (SELECT TOKEN_PERSON_ID FROM ${delivered("ae-op", "COHORT_LINKED")})) AS others
       FROM ${delivered("ae-op", "COHORT_LINKED")}`,
    );
    expect(row).toEqual({ once: "true", apart: "true", records: "true", others: "0" });
    expect(await untold("ae-op")).toEqual([]);
    mustEnd(await dars(root, ["verify", "deliveries/ae-op/0001"]), 0);
  });
});

describe("Two customers' lists", () => {
  it("are linked by rules first, and by the model on whom they leave", async () => {
    mustEnd(runs.lists, 0);
    const references = (await registered()).map(
      ({ reference }) => `('${reference.slice(2)}', '${reference}')`,
    );
    const good = `FROM (VALUES ${references.join(", ")}) AS v(left_id, right_id)`;
    const { rules = nobody, model = nobody, none = nobody } = await linksOf("two-lists", good);
    expect(rules[0]).toBeGreaterThan(20);
    expect(model[0]).toBeGreaterThan(5);
    expect(none[0]).toBeGreaterThan(20);
    expect([rules[1], model[1]]).toEqual([rules[0], model[0]]);
    expect(rules[0] + model[0]).toBeGreaterThan(0.9 * references.length);
  });

  it("leave as the one's own references and tokens for the other's, a row for each of the one's list", async () => {
    const [row] = await query(
      `SELECT count(*) = count(DISTINCT study_id) AS once, bool_and(study_id NOT LIKE 'R-%') AS own,
         count(TOKEN_PERSON_ID) = count(DISTINCT TOKEN_PERSON_ID) AS tokens, count(TOKEN_PERSON_ID) > 25 AS several,
         bool_and((TOKEN_PERSON_ID IS NULL) = (match_step = 'none')) AS whole
       FROM ${delivered("two-lists", "COHORT_LINKED")}`,
    );
    expect(Object.values(row ?? {})).toEqual(["true", "true", "true", "true", "true"]);
    expect(await untold("two-lists")).toEqual([]);
    mustEnd(await dars(root, ["verify", "deliveries/two-lists/0001"]), 0);
  });

  it("leave out whom either list's number says has opted out, as if they had not been found", async () => {
    const optedOut = `SELECT trim(column0, ', ') FROM read_csv('${join(root, "agreements/opt-outs.dat")}', header = false, all_varchar = true)`;
    const numbers = `SELECT "UNIQUE_REFERENCE" AS reference FROM ${parquet("store/identity/cohort/*/part.parquet")}
      WHERE replace("NHS_NO", ' ', '') IN (${optedOut})`;
    const linked = parquet("links/two-lists.linked/0001/linked.parquet");
    const left = await column(
      `SELECT left_id FROM ${linked} WHERE right_id IS NOT NULL AND (left_id IN (${numbers}) OR right_id IN (${numbers})) ORDER BY 1`,
    );
    const out = await column(
      `SELECT study_id FROM ${delivered("two-lists", "COHORT_LINKED")} JOIN ${linked} ON left_id = study_id
       WHERE right_id IS NOT NULL AND TOKEN_PERSON_ID IS NULL ORDER BY 1`,
    );
    expect(left.length).toBeGreaterThan(0);
    expect(out).toEqual(left);
  });
});

it("No clear identifier stands in content, results, deliveries, receipts or logs", async () => {
  const held = await query(
    `SELECT DISTINCT "NEWNHSNO" AS "NHS_NO", "HOMEADD" AS "POSTCODE" FROM ${parquet("store/identity/hes_ae/*/part.parquet")}`,
  );
  const lists = await query(
    `SELECT "NHS_NO", "FAMILY_NAME", "GIVEN_NAME", "POSTCODE" FROM ${parquet("store/identity/cohort/*/part.parquet")}`,
  );
  const all = identifiersOf([...held, ...lists]);
  expect(all.size).toBeGreaterThan(1000);
  const folders = ["ae-op", "two-lists"].flatMap((name) => [
    ...[`links/${name}.model`, `links/${name}.linked`, `deliveries/${name}`],
  ]);
  const files = await Promise.all(
    [...folders, "store/content/cohort", "runs"].map((its) => filesBelow(root, its)),
  );
  expect(files.flat().filter((file) => file.endsWith(".parquet")).length).toBeGreaterThan(15);
  for (const file of files.flat()) {
    expect([file, found(await textOf(join(root, file)), all)]).toEqual([file, 0]);
  }
  for (const { stdout, stderr } of Object.values(runs)) expect(found(stdout + stderr, all)).toBe(0);
});

describe("A linkage is refused", () => {
  const refusal = async (file: string) => {
    const { exit, stderr } = await runFile(root, `pipelines/${file}.yaml`);
    return [exit, /code: (\S+)/.exec(stderr)?.[1], /^\S+?\.yaml:\d+:\d+/.exec(stderr) !== null];
  };

  it("of held data without an agreement", async () => {
    await editFile(join(root, "pipelines/ae-op.yaml"), (text) => text.replace(/^agreement: .*\n/m, ""));
    expect(await refusal("ae-op")).toEqual([4, "agreement/none", true]);
  });

  it("of two lists whose opt-outs are not looked up", async () => {
    const file = join(root, "pipelines/two-lists.yaml");
    await editFile(file, (text) => text.replace(", rules: rules }, formats", " }, formats"));
    expect(await refusal("two-lists")).toEqual([2, "spec/missing-key", true]);
  });

  it("of two lists where the agreement covers one", async () => {
    const file = join(root, "agreements/example-lists.yaml");
    await editFile(file, (text) => text.replace("[NIC-000004, NIC-000006]", "[NIC-000004]"));
    const { stderr } = await runFile(root, "pipelines/two-lists.yaml");
    expect(stderr).toMatch(/two-lists\.yaml:\d+:\d+ .*NIC-000006[\s\S]*code: agreement\/cohort/);
  });
});
