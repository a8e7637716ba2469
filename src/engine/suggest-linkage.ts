import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, extname, join } from "node:path";
import { nearest, refuse } from "../base/diagnostics.ts";
import { type CountedRule, chooseBlocking } from "../model/linkage/profile/choose-blocking.ts";
import { columnText, type LinkageColumn, linkageColumns } from "../model/linkage/profile/columns.ts";
import type { ColumnProfile } from "../model/linkage/profile/profile.ts";
import { propose } from "../model/linkage/profile/propose.ts";
import {
  type EncodedColumn,
  encodedColumns,
  proposeEncoded,
} from "../model/linkage/profile/propose-encoded.ts";
import type { RecordFile } from "../plan/resolve-inputs.ts";
import { duckdb } from "../sql/duckdb.ts";
import { print } from "../sql/print.ts";
import { sourceName } from "../steps/match/compile-records.ts";
import type { Linkage } from "../steps/match/match-spec.ts";
import { matchYaml } from "../steps/match/match-yaml.ts";
import { type MatchPlan, resolveMatch } from "../steps/match/resolve-match.ts";
import { hashedRecords, pairCounts, profileQuery, shapeNames } from "../steps/match/suggest-queries.ts";
import { type SuggestedSource, sourcesOf, suggestedMatch } from "../steps/match/suggest-spec.ts";

import { checkEncodings, readSidecar } from "./encode/sidecar.ts";
import { type EngineBounds, engineBounds } from "./engine-bounds.ts";
import { openScan } from "./operations.ts";
import { detectDelimiter, readRecordFile } from "./record-file.ts";
import { databaseBytes, Session } from "./session.ts";

/** A file that a linkage is suggested for, and the column that names its records. */
export interface SuggestedFile {
  readonly file: string;
  readonly id: string;
}

export interface SuggestRequest extends EngineBounds {
  readonly files: readonly SuggestedFile[];
  /** Columns that are not to be looked at, such as one that holds the truth. */
  readonly ignored?: readonly string[];
}

/** A suggestion: what a match step would say, a specification of it as text, and what was found in the files. */
export interface Suggestion {
  readonly linkage: Linkage;
  readonly yaml: string;
  readonly records: readonly number[];
  readonly columns: readonly { readonly name: string; readonly role: string }[];
  readonly rules: readonly CountedRule[];
}

/** A file as it was found. */
interface Source extends Omit<SuggestedSource, "hasDuplicates"> {
  readonly records: RecordFile;
}

/**
 * Proposes how files are linked: their columns are profiled, a model is proposed for what they seem to hold, and the
 * rules are chosen whose pairs are worth comparing. Nobody's truth is looked at.
 *
 * Errors: link/unreadable-file, spec/unknown-name for an id that is no column, link/nothing-to-compare.
 */
export async function suggestLinkage(request: SuggestRequest): Promise<Suggestion> {
  const sources = await openSources(request.files);
  const { memoryBytes, threads } = engineBounds(request);
  const folder = await mkdtemp(join(tmpdir(), "dars-suggest-"));
  const session = await Session.open({
    threads,
    memoryBytes: databaseBytes(memoryBytes),
    spillFolder: folder,
  });
  try {
    return await suggest(session, sources, request.ignored ?? []);
  } finally {
    session.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function suggest(
  session: Session,
  sources: readonly Source[],
  ignored: readonly string[],
): Promise<Suggestion> {
  const profiles: ColumnProfile[][] = [];
  for (const source of sources) profiles.push(await profileOf(session, source, ignored));
  const records = profiles.map((its) => its[0]?.rows ?? 0);
  const kinds = await encodedKinds(sources);
  const columns = kinds === undefined ? linkageColumns(profiles) : encodedColumns(profiles, kinds);
  const proposal = kinds === undefined ? propose(columns) : proposeEncoded(columns, kinds);
  if (proposal.comparisons.length === 0) return nothingToCompare(sources);
  const every = [...proposal.candidates, ...proposal.training];
  const { counts, hasDuplicates } = await countRules(session, sources, columns, proposal.comparisons, every);
  const candidates = proposal.candidates.map((rule, i) => ({ rule, pairs: counts[i] ?? 0 }));
  const total = records.reduce((sum, n) => sum + n, 0);
  const rules = chooseBlocking(candidates, total);
  if (rules.length === 0) return nothingToCompare(sources);
  const training = proposal.training.filter((_, i) => (counts[proposal.candidates.length + i] ?? 0) > 0);
  const found = sources.map((source, s) => ({ ...source, hasDuplicates: hasDuplicates[s] ?? false }));
  const named = found.map(({ records: _, ...source }) => source);
  const match = suggestedMatch(named, columns, { ...proposal, training }, rules);
  const heading = [
    `Suggested for ${found.map(({ file }, s) => `${file} (${(records[s] ?? 0).toLocaleString("en-GB")} records)`).join(" and ")}.`,
    "Read it, change what you know better, then: dars link run THIS_FILE --out DIR",
    ...columns.map(({ name, role }) => `${name}: taken for ${role.replace("_", " ")}`),
  ];
  return {
    linkage: match,
    yaml: matchYaml(match, { heading, pairs: rules.map(({ pairs }) => pairs) }),
    records,
    columns: columns.map(({ name, role }) => ({ name, role })),
    rules,
  };
}

function nothingToCompare(sources: readonly Source[]): never {
  return refuse("link/nothing-to-compare", { file: sources[0]?.file ?? "" }, {});
}

/** What each column of encoded files is; undefined of files in clear. Errors: link/other-encoding. */
async function encodedKinds(
  sources: readonly Source[],
): Promise<Readonly<Record<string, EncodedColumn>> | undefined> {
  await checkEncodings(sources.map(({ records }) => records));
  const sidecar = await readSidecar(sources[0]?.records.path ?? "");
  if (sidecar === undefined) return undefined;
  const kinds = Object.entries(sidecar.columns).flatMap(([name, { kind, of }]) =>
    kind === "token" || kind === "clk" ? [[name, { kind, of: of.length }] as const] : [],
  );
  return Object.fromEntries(kinds);
}

async function openSources(files: readonly SuggestedFile[]): Promise<Source[]> {
  const found: Source[] = [];
  for (const { file, id } of files) {
    const delimiter = await detectDelimiter(file);
    const records = await readRecordFile(file, { delimiter });
    if (records === undefined)
      return refuse("spec/unreadable", { file }, { reason: "there is no such file" });
    const known = records.columns.map(({ name }) => name);
    if (!known.includes(id))
      refuse("spec/unknown-name", { file }, { what: "column", name: id, near: nearest(id, known), known });
    const isOther = records.format === "csv" && delimiter !== ",";
    const name = nameFor(
      file,
      found.map((source) => source.name),
    );
    found.push({ name, file, id, ...(isOther ? { delimiter } : {}), records });
  }
  return found;
}

/** A source's name by its file's, and unlike the others. */
function nameFor(file: string, taken: readonly string[]): string {
  const plain = basename(file, extname(file))
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replace(/^_|_$/g, "");
  const name = /^[a-z]/.test(plain) ? plain : `file_${plain}`;
  let free = name;
  for (let n = 2; taken.includes(free); n++) free = `${name}_${n}`;
  return free;
}

async function profileOf(
  session: Session,
  { name, id, records: { path, columns, bytes, lists }, records, delimiter }: Source,
  ignored: readonly string[],
): Promise<ColumnProfile[]> {
  const relation = sourceName(name);
  await openScan(session, {
    relation: { name: relation, columns },
    files: [{ path, columns: columns.map((column) => column.name) }],
    ...(records.format === "csv" ? { delimiter: delimiter ?? "," } : { bytes, lists }),
  });
  const profiles: ColumnProfile[] = [];
  for (const column of columns) {
    if (column.name === id || ignored.includes(column.name)) continue;
    const row = await session.row("profile", print(profileQuery(relation, column.name), duckdb));
    const number = (key: string) => Number(row[key] ?? 0);
    profiles.push({
      name: column.name,
      rows: number("rows"),
      present: number("present"),
      distinct: number("distinct_values"),
      length: number("length"),
      shapes: Object.fromEntries(
        shapeNames.map((shape) => [shape, number(shape)]),
      ) as ColumnProfile["shapes"],
    });
  }
  return profiles;
}

/** The share of its records by whose pairs within a source it is taken to have duplicates. */
const duplicateShare = 0.005;

/** Pairs of each rule, and whether each source has several records of one person. */
async function countRules(
  session: Session,
  sources: readonly Source[],
  columns: readonly LinkageColumn[],
  comparisons: SuggestionComparisons,
  rules: readonly (readonly string[])[],
): Promise<{ readonly counts: readonly number[]; readonly hasDuplicates: readonly boolean[] }> {
  const its = sourcesOf(
    sources.map((source) => ({ ...source, hasDuplicates: false })),
    columns,
  );
  const sure = sureRule(columns);
  const all = [...rules, ...(sure === undefined ? [] : [sure])];
  const resolved = resolveMatch({
    sources: sources.map(({ name }) => name),
    comparisons: comparisons as MatchPlan["comparisons"],
    blocking: all.map((rule) => [...rule]),
  });
  const hashed = print(hashedRecords(resolved, its), duckdb);
  await session.run("suggest", `CREATE TABLE hashed AS ${hashed}`);
  const counts: number[] = [];
  let within: number[] = [];
  for (const { columns: places } of resolved.blocking) {
    const row = await session.row("suggest", print(pairCounts("hashed", places, sources.length), duckdb));
    within = sources.map((_, s) => Number(row[`within_${s}`]));
    counts.push(sources.length === 1 ? (within[0] as number) : Number(row["between"]));
  }
  const sizes = await session.rows("suggest", "SELECT source, count(*) AS n FROM hashed GROUP BY source");
  const sizeOf = (s: number) => Number(sizes.find((row) => Number(row["source"]) === s)?.["n"] ?? 0);
  const isRepeated = (n: number, s: number) => n > duplicateShare * sizeOf(s);
  return { counts, hasDuplicates: sure === undefined ? sources.map(() => false) : within.map(isRepeated) };
}

type SuggestionComparisons = ReturnType<typeof propose>["comparisons"];

/** A rule that hardly any two people agree on. */
function sureRule(columns: readonly LinkageColumn[]): string[] | undefined {
  const of = (role: string) => columns.find((column) => column.role === role)?.name;
  const [first, last, birth, key] = [of("forename"), of("surname"), of("birth_date"), of("identifier")];
  const names = [first, last, birth].flatMap((name) => (name === undefined ? [] : [columnText(name)]));
  if (names.length === 3) return names;
  return key === undefined ? undefined : [columnText(key)];
}
