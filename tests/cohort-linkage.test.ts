import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  cohortWorkspace,
  found,
  identifiersOf,
  runFile,
  studyRows,
  textOf,
  writePipeline,
} from "./cohort-lab.ts";
import { dars, mustEnd, type Outcome } from "./dars.ts";
import { filesBelow, query } from "./files.ts";
import { asAt, editFile, madeWorkspace, removeWorkspace } from "./workspace.ts";

const pipeline = "pipelines/cohort-hes.yaml";
let root = "";
let first: Outcome;

beforeAll(async () => {
  root = await cohortWorkspace();
  first = await runFile(root, pipeline);
});

afterAll(async () => await removeWorkspace(root));

const parquet = (...path: string[]) => `read_parquet('${join(root, ...path)}')`;
const delivered = (table: string) => parquet("deliveries/cohort-hes/0001/data/extract", `${table}.parquet`);

/** References that are in the list after both files, and those that the second took out. */
async function references(): Promise<{ readonly current: string[]; readonly deleted: string[] }> {
  const kept = `SELECT DISTINCT "UNIQUE_REFERENCE" AS r, STATUS, record_id FROM ${parquet("store/identity/cohort/*/part.parquet")}`;
  const rows = await query(
    `SELECT r, arg_max(STATUS, record_id) AS status FROM (${kept}) GROUP BY r ORDER BY r`,
  );
  const of = (status: string) => rows.filter((row) => row["status"] === status).map((row) => row["r"] ?? "");
  return { current: of("add"), deleted: of("delete") };
}

describe("A customer's list linked to held persons", () => {
  it("gives one row for each person of the list today", async () => {
    mustEnd(first, 0);
    const { current, deleted } = await references();
    const rows = await query(`SELECT study_id FROM ${delivered("COHORT_LINKED")} ORDER BY study_id`);
    expect(rows.map((row) => row["study_id"])).toEqual(current);
    expect(deleted.length).toBeGreaterThan(0);
  });

  it("keeps the history of the list", async () => {
    const { deleted } = await references();
    const rows = await query(
      `SELECT reference, string_agg(status || ' ' || is_current || ' ' || (record_end_date IS NULL), ', ' ORDER BY record_end_date NULLS LAST) AS said
       FROM ${parquet("links/cohort-hes.linked/0001/members.parquet")} GROUP BY reference HAVING bool_or(status = 'delete') ORDER BY reference`,
    );
    expect(rows.map((row) => row["reference"])).toEqual(deleted);
    const added = rows.filter((row) => row["said"]?.startsWith("add"));
    expect(added.length).toBeGreaterThan(0);
    for (const { said } of added) expect(said).toBe("add false false, delete false true");
  });

  it("links those who are held to the right person, by rules and by the model", async () => {
    const truth = join(await madeWorkspace(), "landing/truth");
    const record = (dataSet: string, key: string) =>
      `SELECT record_id, "${key}" AS natural_key, '${dataSet}' AS data_set FROM ${parquet(`store/identity/${dataSet}/*/part.parquet`)}`;
    const held = `SELECT DISTINCT t.person, p.person_id FROM (${[
      record("hes_apc", "EPIKEY"),
      record("hes_op", "ATTENDKEY"),
      record("hes_ae", "AEKEY"),
    ].join(" UNION ALL ")}) AS r
      JOIN ${parquet("links/hes/0001/persons/*.parquet")} AS p USING (record_id)
      JOIN read_parquet('${truth}/records.parquet') AS t USING (data_set, natural_key)`;
    const [row] = await query(
      `SELECT count(l.right_id) AS found, count(h.person) AS right_ones,
         count(CASE WHEN c.person IN (SELECT person FROM (${held})) THEN 1 END) AS wanted
       FROM ${parquet("links/cohort-hes.linked/0001/linked.parquet")} AS l
       JOIN read_parquet('${truth}/cohort.parquet') AS c ON c.study_id = l.left_id
       LEFT JOIN (${held}) AS h ON h.person = c.person AND CAST(h.person_id AS VARCHAR) = l.right_id`,
    );
    const [found, right, wanted] = [row?.["found"], row?.["right_ones"], row?.["wanted"]].map(Number) as [
      number,
      number,
      number,
    ];
    expect(wanted).toBeGreaterThan(40);
    expect(right / found).toBeGreaterThan(0.95);
    expect(right / wanted).toBeGreaterThan(0.9);
  });

  it("delivers the admissions of those persons alone, and says of each link how good it is", async () => {
    const [row] = await query(
      `SELECT (SELECT count(*) FROM ${delivered("HES_APC_2023_24")}) AS records,
        (SELECT count(*) FROM ${delivered("HES_APC_2023_24")} WHERE TOKEN_PERSON_ID NOT IN
          (SELECT TOKEN_PERSON_ID FROM ${delivered("COHORT_LINKED")} WHERE TOKEN_PERSON_ID IS NOT NULL)) AS others,
        (SELECT count(*) FROM ${delivered("COHORT_LINKED")} WHERE (TOKEN_PERSON_ID IS NULL) <> (match_step = 'none')) AS torn,
        (SELECT count(*) FROM ${delivered("COHORT_LINKED")} WHERE match_step = 'rules' AND (match_rank IS NULL OR rule_set <> 'bespoke@1')) AS unranked,
        (SELECT count(*) FROM ${delivered("COHORT_LINKED")} WHERE match_step = 'model' AND (match_probability < 0.95 OR match_weight IS NULL)) AS unweighed,
        (SELECT count(*) FROM ${delivered("COHORT_LINKED")} WHERE match_step = 'none' AND n_candidates IS NOT NULL) AS told`,
    );
    expect(Number(row?.["records"])).toBeGreaterThan(5);
    expect({ ...row, records: "some" }).toEqual({
      ...{ records: "some", others: "0", torn: "0", unranked: "0", unweighed: "0", told: "0" },
    });
    mustEnd(await dars(root, ["verify", "deliveries/cohort-hes/0001"]), 0);
  });

  it("executes no step again", async () => {
    const again = mustEnd(await runFile(root, pipeline), 0);
    expect(again.stderr).not.toContain("started");
  });
});

describe("No clear identifier of a customer's list", () => {
  /** What names a person of the lists. */
  async function secrets(): Promise<ReadonlySet<string>> {
    return identifiersOf([...(await studyRows(1)), ...(await studyRows(2))]);
  }

  it("is found where it stands", async () => {
    const file = join(await madeWorkspace(), "landing/NIC-000004_COHORT_1.csv");
    expect(found(await readFile(file, "utf8"), await secrets())).toBeGreaterThan(200);
    const [path = ""] = await filesBelow(root, "store/identity/cohort");
    expect(found(await textOf(join(root, path)), await secrets())).toBeGreaterThan(200);
  });

  it("stands in content, results, deliveries, receipts or logs", async () => {
    const all = await secrets();
    const folders = [
      "store/content/cohort",
      "store/releases",
      "links/cohort-hes.model",
      "links/cohort-hes.linked",
    ];
    const files = (
      await Promise.all([...folders, "deliveries", "runs"].map((folder) => filesBelow(root, folder)))
    ).flat();
    expect(files.filter((file) => file.endsWith(".parquet")).length).toBeGreaterThan(6);
    for (const file of files) {
      expect([file, found(await textOf(join(root, file)), all)]).toEqual([file, 0]);
    }
    const said = [first];
    for (const verb of ["plan", "explain"]) said.push(await dars(root, [verb, pipeline, "--as-at", asAt]));
    for (const { stdout, stderr } of said) expect(found(stdout + stderr, all)).toBe(0);
  });
});

describe("A linkage is refused by the agreement", () => {
  const rules = {
    id: "rules",
    kind: "deterministic",
    rule_set: "bespoke@1",
    left: { cohort: "NIC-000004" },
    right: { ledger: "hes" },
  };

  it("where there is none", async () => {
    const file = await writePipeline(root, "none", [rules], null);
    const { exit, stderr } = await runFile(root, file);
    expect([exit, /code: (\S+)/.exec(stderr)?.[1]]).toEqual([4, "agreement/none"]);
  });

  it("where it names another cohort", async () => {
    const file = await writePipeline(root, "other", [{ ...rules, left: { cohort: "NIC-000007" } }]);
    const { exit, stderr } = await runFile(root, file);
    expect(exit).toBe(4);
    expect(stderr).toContain("code: agreement/cohort");
    expect(stderr).toMatch(/other\.yaml:\d+:\d+ .*NIC-000007/);
  });

  it("before or after its time", async () => {
    const outcome = await dars(root, ["run", pipeline, "--as-at", "1999-01-01"]);
    expect(outcome.exit).toBe(4);
    expect(outcome.stderr).toContain("code: agreement/expired");
  });

  it("where the customer's own reference is not permitted by name", async () => {
    await editFile(join(root, "agreements/example-cohort.yaml"), (text) =>
      text.replace(/^permissions: .*$/m, "permissions: { sensitive: [ETHNOS] }"),
    );
    await editFile(join(root, pipeline), (text) =>
      text.replace("linkage: { step: linked }", "linkage: { step: linked, fields: [study_id] }"),
    );
    const { exit, stderr } = await runFile(root, pipeline);
    expect(exit).toBe(4);
    expect(stderr).toMatch(/study_id of cohort_linked is legally restricted/);
  });
});
