import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** A table of an extract over files that carry their supplier's person ids: the data set, its year, and its fields. */
export interface GivenTable {
  readonly dataSet: string;
  readonly year: string;
  readonly fields: readonly string[];
}

/**
 * Writes, into a workspace, the agreement and the two pipelines for files whose persons are `given`: identify-given and
 * extract-given. Opt-outs are not applied, for a stated reason, and nobody can be tested for one.
 */
export async function writeGiven(
  root: string,
  tables: readonly GivenTable[],
  delimiter: string,
): Promise<void> {
  const list = (names: readonly string[]) => `[${names.join(", ")}]`;
  const grants = tables.map(
    (t) =>
      `  - { dataset: ${t.dataSet}, years: [${t.year}], fields: ${list(t.fields)}, why: To try the road. }`,
  );
  const wanted = tables.map(
    (t) => `      - { dataset: ${t.dataSet}, years: [${t.year}], fields: ${list(t.fields)} }`,
  );
  const files: Readonly<Record<string, readonly string[]>> = {
    "agreements/given.yaml": [
      "version: 1",
      "agreement: DARS-TEST-GIVEN",
      "title: Artificial files",
      "recipient: A test",
      "purpose: To see that what goes in comes out.",
      "legal_basis: None is needed for artificial data.",
      "start: 2000-01-01",
      "end: 2999-12-31",
      "identifiability: pseudonymised",
      "opt_outs: { apply: false, reason: Artificial persons have not opted out. }",
      "pseudonyms: { scope: agreement, epoch: 1 }",
      'permissions: { sensitive: ["ETHNOS"], raw_record_keys: true }',
      "disclosure: hes-2018",
      "formats: [csv, parquet]",
      "data:",
      ...grants,
    ],
    "pipelines/identify-given.yaml": [
      "version: 1",
      "pipeline: identify-given",
      "title: Persons as given",
      "steps:",
      `  - { id: persons, kind: identify, datasets: ${list([...new Set(tables.map((t) => t.dataSet))])}, rule_set: hesid@1, ledger: given }`,
    ],
    "pipelines/extract-given.yaml": [
      "version: 1",
      "pipeline: extract-given",
      "title: All of it",
      "agreement: ../agreements/given.yaml",
      "steps:",
      "  - id: extract",
      "    kind: extract",
      "    ledger: given",
      "    formats: [csv, parquet]",
      `    csv: { delimiter: "${delimiter}" }`,
      "    tables:",
      ...wanted,
      "  - { id: deliver, kind: deliver, extract: extract }",
    ],
  };
  for (const [name, lines] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), `${lines.join("\n")}\n`);
  }
}
