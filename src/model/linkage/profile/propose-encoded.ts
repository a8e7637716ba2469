import type { BlockingRule, Comparison, Level, LevelTest } from "../model.ts";
import { columnText, type LinkageColumn } from "./columns.ts";
import { type ColumnProfile, type Role, roleNamed } from "./profile.ts";
import type { Proposal } from "./propose.ts";

/** What a column of an encoded file is: a token of one value or several, or a bit vector that is alike where values are. */
export interface EncodedColumn {
  readonly kind: "token" | "clk";
  /** How many expressions it was made of. */
  readonly of: number;
}

/** A field as its encoding left it: the columns that tell whether values are the same, and how alike. */
interface Field {
  readonly name: string;
  readonly role: Role | undefined;
  readonly same: string;
  readonly alike: string | undefined;
  readonly distinct: number;
}

/** The columns of encoded files that all sources have, by their names: files of one encoding call them the same. */
export function encodedColumns(
  sources: readonly (readonly ColumnProfile[])[],
  kinds: Readonly<Record<string, EncodedColumn>>,
): LinkageColumn[] {
  const [first = []] = sources;
  return first.flatMap(({ name, shapes }) => {
    const its = sources.map((profiles) => profiles.find((profile) => profile.name === name));
    const known = its.filter((profile) => profile !== undefined);
    if (kinds[name] === undefined || known.length < sources.length) return [];
    const present = Math.min(...known.map((profile) => profile.present / Math.max(1, profile.rows)));
    const distinct = Math.max(...known.map((profile) => profile.distinct));
    if (distinct < 2) return [];
    const role = kinds[name].of > 1 ? "left_out" : (roleNamed(baseOf(name)) ?? "category");
    return [{ name, role, sources: its.map(() => columnText(name)), present, distinct, shapes }];
  });
}

const baseOf = (name: string) => name.replace(/_(token|clk)$/, "");

/**
 * Dice's coefficients at which bit vectors stand apart. What they are worth is learned, so that they need not fit one
 * encoding: hardened vectors are alike at other coefficients than plain ones.
 */
const steps = [0.8, 0.65, 0.5, 0.4] as const;

/** From so many values on, a common one says less than a rare one. */
const manyValues = 20;

/** A model for files that were encoded under one key. */
export function proposeEncoded(
  columns: readonly LinkageColumn[],
  kinds: Readonly<Record<string, EncodedColumn>>,
): Proposal {
  const fields = fieldsOf(columns, kinds);
  const of = (role: Role) => fields.find((field) => field.role === role);
  const [first, last, birth] = [of("forename"), of("surname"), of("birth_date") ?? of("birth_year")];
  const home = of("postcode") ?? of("address");
  const together = last === undefined || home === undefined ? [] : [nameAndHome(last, home)];
  const merged = together.length === 0 ? [] : [last, home];
  const composites = columns
    .filter(({ name }) => kinds[name]?.kind === "token" && (kinds[name]?.of ?? 1) > 1)
    .map(({ name }) => columnText(name));
  return {
    comparisons: [...together, ...fields.filter((field) => !merged.includes(field)).map(comparisonOf)],
    candidates: candidatesOf(fields, [first, last, birth, home], composites),
    training: trainingOf(fields, first, last, birth),
  };
}

function fieldsOf(
  columns: readonly LinkageColumn[],
  kinds: Readonly<Record<string, EncodedColumn>>,
): Field[] {
  const single = columns.filter(({ name }) => kinds[name]?.of === 1);
  const bases = [...new Set(single.map(({ name }) => baseOf(name)))];
  return bases.map((name): Field => {
    const its = (kind: EncodedColumn["kind"]) =>
      single.find((column) => baseOf(column.name) === name && kinds[column.name]?.kind === kind);
    const [token, clk] = [its("token"), its("clk")];
    const best = (token ?? clk) as LinkageColumn;
    return {
      ...{ name, role: best.role, same: columnText(best.name), distinct: best.distinct },
      alike: clk === undefined ? undefined : columnText(clk.name),
    };
  });
}

const sameOf = ({ same, distinct }: Field): Level =>
  distinct < manyValues ? { exact: same } : { exact: same, term_frequency: true };

const dice = (column: string, least: number): LevelTest => ({ dice: column, at_least: least });

function comparisonOf(field: Field): Comparison {
  const { name, alike } = field;
  const levels = alike === undefined ? [] : steps.map((least) => dice(alike, least));
  return { comparison: name, levels: [sameOf(field), ...levels] };
}

/** A household shares a name and a place, so that the two are no independent evidence. */
function nameAndHome(last: Field, home: Field): Comparison {
  const near = ({ same, alike }: Field): LevelTest =>
    alike === undefined ? { exact: same } : dice(alike, steps[1]);
  const levels: Level[] = [
    { all: [{ exact: last.same }, { exact: home.same }] },
    { all: [near(last), { exact: home.same }] },
    { all: [{ exact: last.same }, near(home)] },
    { all: [near(last), near(home)] },
    sameOf(home),
    sameOf(last),
    ...(last.alike === undefined ? [] : [dice(last.alike, steps[1]), dice(last.alike, steps[2])]),
    ...(home.alike === undefined ? [] : [dice(home.alike, steps[1])]),
  ];
  return { comparison: `${last.name} and ${home.name}`, levels };
}

const keyRoles: readonly Role[] = ["identifier", "email", "phone"];

/** Tokens of a key, of several values, of two fields and of one, the sure ones first. */
function candidatesOf(
  fields: readonly Field[],
  [first, last, birth, home]: readonly (Field | undefined)[],
  composites: readonly string[],
): BlockingRule[] {
  const all = (...its: (Field | undefined)[]) =>
    its.every((it) => it !== undefined) ? [its.map((it) => (it as Field).same)] : [];
  return [
    ...fields.filter(({ role }) => role !== undefined && keyRoles.includes(role)).flatMap((key) => all(key)),
    ...all(last, birth),
    ...all(first, birth),
    ...all(home, first),
    ...all(home, last),
    ...all(birth, home),
    ...all(first, last),
    ...composites.map((token) => [token]),
    ...all(birth),
    ...all(home),
    ...all(last),
    ...all(first),
  ];
}

function trainingOf(
  fields: readonly Field[],
  first: Field | undefined,
  last: Field | undefined,
  birth: Field | undefined,
): BlockingRule[] {
  const names = [first, last].flatMap((field) => field?.same ?? []);
  const keys = fields.filter(({ role }) => role !== undefined && keyRoles.includes(role));
  const found = [...(names.length === 0 ? [] : [names]), ...(birth === undefined ? [] : [[birth.same]])];
  const chosen = [...found, ...keys.map(({ same }) => [same])];
  if (chosen.length > 1) return chosen;
  const others = fields.filter(({ same, distinct }) => distinct >= manyValues && !names.includes(same));
  return [...chosen, ...others.map(({ same }) => [same])].slice(0, 3);
}
