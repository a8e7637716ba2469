import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { dars, mustEnd, type Outcome } from "./dars.ts";
import { query } from "./files.ts";
import { asAt, copyWorkspace, madeWorkspace } from "./workspace.ts";

/** The first line of a customer's list. */
export const header =
  "UNIQUE_REFERENCE,NHS_NO,FAMILY_NAME,GIVEN_NAME,OTHER_GIVEN_NAME,GENDER,DATE_OF_BIRTH,POSTCODE," +
  "ADDRESS_LINE1,ADDRESS_LINE2,ADDRESS_LINE3,ADDRESS_LINE4,ADDRESS_LINE5,STATUS,PERSON_MIN_DATE,PERSON_MAX_DATE";

/** One row of a customer's list; what is not given is good. */
export interface ListedPerson {
  readonly reference: string;
  readonly number?: string;
  readonly family?: string;
  readonly given?: string;
  readonly gender?: string;
  readonly born?: string;
  readonly postcode?: string;
  readonly status?: string;
  readonly dates?: readonly [string, string];
}

export function rowOf(person: ListedPerson): string {
  const {
    reference,
    number = "",
    family = "TESTER",
    given = "ANN",
    gender = "2",
    born = "1960/02/03",
  } = person;
  const { postcode = "LS1 4AB", status = "add", dates = ["", ""] } = person;
  return [
    reference,
    number,
    family,
    given,
    "",
    gender,
    born,
    postcode,
    "",
    "",
    "",
    "",
    "",
    status,
    ...dates,
  ].join(",");
}

/** Writes a customer's list into a workspace. */
export async function writeList(
  root: string,
  name: string,
  persons: readonly ListedPerson[],
  encoding: BufferEncoding = "utf8",
): Promise<string> {
  await writeFile(join(root, name), `${[header, ...persons.map(rowOf)].join("\n")}\n`, encoding);
  return name;
}

/** A workspace with HES identified, and the two lists of the synthetic study taken in. */
export async function cohortWorkspace(): Promise<string> {
  const root = await copyWorkspace("identified");
  mustEnd(await ingestStudy(root, 1), 0);
  mustEnd(await ingestStudy(root, 2), 0);
  return root;
}

export async function ingestStudy(root: string, number: 1 | 2): Promise<Outcome> {
  const landing = join(await madeWorkspace(), "landing");
  return await dars(root, ["ingest", join(landing, `NIC-000004_COHORT_${number}.csv`), "--json"]);
}

/** Rows of a list of the synthetic study, by column. */
export async function studyRows(number: 1 | 2): Promise<Record<string, string>[]> {
  const file = join(await madeWorkspace(), "landing", `NIC-000004_COHORT_${number}.csv`);
  const [names = "", ...lines] = (await readFile(file, "utf8")).trim().split("\n");
  const columns = names.split(",");
  return lines.map((line) => {
    const values = line.split(",");
    return Object.fromEntries(columns.map((column, i) => [column, values[i] ?? ""]));
  });
}

/** Runs a pipeline of a workspace for the day of the tests. */
export async function runFile(root: string, file: string, ...args: readonly string[]): Promise<Outcome> {
  return await dars(root, ["run", file, "--as-at", asAt, ...args]);
}

/** Writes a pipeline under the example agreement of a cohort, or none. */
export async function writePipeline(
  root: string,
  name: string,
  steps: readonly unknown[],
  agreement: string | null = "../agreements/example-cohort.yaml",
): Promise<string> {
  const file = `pipelines/${name}.yaml`;
  const head = { version: 1, pipeline: name, title: "A linkage of a test" };
  const text = stringify({ ...head, ...(agreement === null ? {} : { agreement }), steps });
  await writeFile(join(root, file), text);
  return file;
}

/** What names the persons of lists, as it stands there and as dates are kept. */
export function identifiersOf(rows: readonly Record<string, string | null>[]): ReadonlySet<string> {
  const born = rows.map((row) => row["DATE_OF_BIRTH"] ?? "").filter((date) => date < "2000");
  return new Set(
    [
      ...rows.flatMap((row) => [row["NHS_NO"], row["FAMILY_NAME"], row["GIVEN_NAME"], row["POSTCODE"]]),
      ...born.flatMap((date) => [date, date.replaceAll("/", "-")]),
    ].filter((text): text is string => typeof text === "string" && text.length > 2),
  );
}

/** How many of the secrets a text holds as whole words. */
export function found(text: string, all: ReadonlySet<string>): number {
  const postcode = /[A-Z]{1,2}\d[A-Z\d]? +\d[A-Z]{2}/g;
  const words = text.match(/\d{4}[-/]\d\d[-/]\d\d|[\p{L}\p{N}]+/gu) ?? [];
  return [...words, ...(text.match(postcode) ?? [])].filter((word) => all.has(word)).length;
}

/** All that a file holds, as text. */
export async function textOf(path: string): Promise<string> {
  if (!path.endsWith(".parquet")) return await readFile(path, "utf8");
  return JSON.stringify(await query(`SELECT * FROM read_parquet('${path}')`));
}
