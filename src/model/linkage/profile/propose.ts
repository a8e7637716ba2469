import type { BlockingRule, Comparison, Level } from "../model.ts";
import { columnText, type LinkageColumn } from "./columns.ts";
import type { Role } from "./profile.ts";

/** A proposal: what is compared, and the rules to choose the blocking from. */
export interface Proposal {
  readonly comparisons: readonly Comparison[];
  /** Rules that may bring matches together, in the order in which they are preferred. */
  readonly candidates: readonly BlockingRule[];
  readonly training: readonly BlockingRule[];
}

/** A model for what the columns seem to be; no comparison where nothing can be compared. */
export function propose(columns: readonly LinkageColumn[]): Proposal {
  const named = namedOf(columns);
  const comparisons = [
    ...firstComparison(named),
    ...lastComparison(named),
    ...birthComparison(named, columns),
    ...columns.flatMap(otherComparison),
  ];
  return { comparisons, candidates: candidatesOf(named, columns), training: trainingOf(named, columns) };
}

/** Columns of a role, the fullest first, as they stand in an expression. */
function textsOf(columns: readonly LinkageColumn[], ...roles: readonly Role[]): string[] {
  return columns.filter(({ role }) => roles.includes(role)).map(({ name }) => columnText(name));
}

/** Keys of a person, as they stand in an expression. */
const keysOf = (columns: readonly LinkageColumn[]): string[] =>
  textsOf(columns, "identifier", "email", "phone");

/** The one column of each role that matters. */
interface Named {
  readonly first: string | undefined;
  readonly last: string | undefined;
  readonly birth: string | undefined;
  readonly isIsoBirth: boolean;
  /** The finest column that says where somebody lives, and a coarser one. */
  readonly home: string | undefined;
  readonly isPostcode: boolean;
  readonly town: string | undefined;
}

function namedOf(columns: readonly LinkageColumn[]): Named {
  const text = (role: Role) => textsOf(columns, role)[0];
  const shapesOf = (role: Role) => columns.find((column) => column.role === role)?.shapes;
  const isPostcode = (shapesOf("postcode")?.postcode ?? 0) >= 0.5;
  const home = isPostcode ? text("postcode") : (text("address") ?? text("postcode"));
  const coarse = isPostcode ? (text("town") ?? text("address")) : (text("postcode") ?? text("town"));
  return {
    first: text("forename"),
    last: text("surname"),
    birth: text("birth_date"),
    isIsoBirth: (shapesOf("birth_date")?.isoDate ?? 0) >= 0.5,
    home,
    isPostcode,
    town: coarse === home ? undefined : coarse,
  };
}

const winkler = (column: string, least: number): Level => ({ jaro_winkler: column, at_least: least });
const common = (column: string): Level => ({ exact: column, term_frequency: true });

function firstComparison({ first, last }: Named): Comparison[] {
  if (first === undefined) return [];
  const swapped: Level[] = last === undefined ? [] : [{ reversed: [first, last] }];
  const levels: Level[] = [common(first), ...swapped, winkler(first, 0.92), winkler(first, 0.8)];
  return [{ comparison: "first_name", levels }];
}

/**
 * Members of a household share a name and a place, so that the two are no independent evidence: they make one
 * comparison, whose joint levels are learned as they are.
 */
function lastComparison({ last, home, town, isPostcode }: Named): Comparison[] {
  if (last === undefined) return placeComparison(home, town, isPostcode);
  if (home === undefined) {
    const levels = [common(last), winkler(last, 0.92), winkler(last, 0.8)];
    return [{ comparison: "surname", levels }, ...placeComparison(undefined, town, false)];
  }
  const near = isPostcode
    ? { any: [{ damerau_levenshtein: home, at_most: 1 }, { exact: `sector(${home})` }] }
    : { jaro_winkler: home, at_least: 0.9 };
  const levels: Level[] = [
    { all: [{ exact: last }, { exact: home }] },
    { all: [{ jaro_winkler: last, at_least: 0.88 }, { exact: home }] },
    { all: [{ exact: last }, near] },
    common(home),
    ...(town === undefined ? [] : [{ all: [{ exact: last }, { exact: town }] }]),
    common(last),
    winkler(last, 0.88),
    isPostcode ? { exact: `district(${home})` } : winkler(home, 0.9),
    ...(town === undefined ? [] : [common(town)]),
  ];
  return [{ comparison: "surname_and_place", levels }];
}

function placeComparison(
  home: string | undefined,
  town: string | undefined,
  isPostcode: boolean,
): Comparison[] {
  const levels: Level[] = [];
  if (home !== undefined) {
    levels.push(common(home));
    if (isPostcode) levels.push({ exact: `sector(${home})` }, { exact: `district(${home})` });
    else levels.push(winkler(home, 0.9));
  }
  if (town !== undefined) levels.push(common(town));
  return levels.length === 0 ? [] : [{ comparison: "place", levels }];
}

function birthComparison({ birth, isIsoBirth }: Named, columns: readonly LinkageColumn[]): Comparison[] {
  const [years] = textsOf(columns, "birth_year", "age");
  if (birth === undefined) {
    if (years === undefined) return [];
    const apart = [1, 3, 10].map((at_most): Level => ({ difference: years, at_most }));
    return [{ comparison: "age", levels: [{ exact: years }, ...apart] }];
  }
  const near: Level[] = isIsoBirth
    ? [
        { months: birth, at_most: 1 },
        { years: birth, at_most: 1 },
        { years: birth, at_most: 10 },
      ]
    : [{ damerau_levenshtein: birth, at_most: 2 }];
  return [
    {
      comparison: "birth_date",
      levels: [{ exact: birth }, { damerau_levenshtein: birth, at_most: 1 }, ...near],
    },
  ];
}

function otherComparison({ name, role }: LinkageColumn): Comparison[] {
  const column = columnText(name);
  const levels = otherLevels(role, column);
  return levels.length === 0 ? [] : [{ comparison: name, levels }];
}

function otherLevels(role: Role, column: string): Level[] {
  switch (role) {
    case "identifier":
    case "phone":
      return [{ exact: column }, { damerau_levenshtein: column, at_most: 1 }];
    case "email": {
      const user = `email_user(${column})`;
      return [common(column), { exact: user }, winkler(column, 0.88), winkler(user, 0.88)];
    }
    case "sex":
      return [{ exact: column }];
    case "middle_name":
      return [common(column), winkler(column, 0.88), { exact: `substr(${column}, 1, 1)` }];
    case "text":
      return [common(column), winkler(column, 0.92), winkler(column, 0.8)];
    case "category":
    case "house":
      return [common(column)];
    default:
      return [];
  }
}

/** Rules by what people's records are known to share, the sure ones first. */
function candidatesOf(
  { first, last, birth, isIsoBirth, home, isPostcode, town }: Named,
  columns: readonly LinkageColumn[],
): BlockingRule[] {
  const all = (...its: (string | undefined)[]) =>
    its.every((it) => it !== undefined) ? [its as string[]] : [];
  const of = (fn: string, column: string | undefined, ...more: number[]) =>
    column === undefined ? undefined : `${fn}(${[column, ...more].join(", ")})`;
  const year = isIsoBirth ? of("year", birth) : undefined;
  const month = of("substr", birth, 1, isIsoBirth ? 7 : 6);
  const part = isPostcode ? of("district", home) : undefined;
  const [house] = textsOf(columns, "house");
  return [
    ...keysOf(columns).map((key) => [key]),
    ...textsOf(columns, "email").map((email) => [`email_user(${email})`]),
    ...all(last, birth),
    ...all(first, birth),
    ...all(home, first),
    ...all(home, last),
    ...all(birth, home),
    ...all(birth, town),
    ...all(first, last, year),
    ...all(first, last, part),
    ...all(first, last, town),
    ...all(first, last),
    ...all(of("soundex", last), of("soundex", first)),
    ...all(of("substr", first, 1, 3), of("substr", last, 1, 4)),
    ...all(of("substr", first, 1, 2), month),
    ...all(of("substr", last, 1, 2), month),
    ...all(town, last),
    ...all(town, first),
    ...all(part, first),
    ...all(part, last),
    ...all(year, last),
    ...all(year, first),
    ...all(of("substr", first, 1, 2), of("substr", last, 1, 2), year),
    ...all(town, house),
    ...all(birth),
    ...all(home),
    ...all(last),
    ...all(first),
    ...textsOf(columns, "text", "middle_name").map((text) => [text]),
  ];
}

/** Rules that leave every comparison out of some session: names, the day of birth, a key of the person. */
function trainingOf({ first, last, birth, home }: Named, columns: readonly LinkageColumn[]): BlockingRule[] {
  const both = [first, last].filter((name) => name !== undefined);
  const names = both.length === 0 ? [] : [both];
  const birthRule = birth === undefined ? [] : [[birth]];
  const homeRule = home === undefined || birth !== undefined ? [] : [[home]];
  const chosen = [...names, ...birthRule, ...homeRule, ...keysOf(columns).map((key) => [key])];
  if (chosen.length > 1) return chosen;
  return [...chosen, ...textsOf(columns, "text", "category").map((text) => [text])].slice(0, 3);
}
