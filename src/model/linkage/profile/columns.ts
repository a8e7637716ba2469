import { type ColumnProfile, plainName, type Role, roleOf, type Shape } from "./profile.ts";

/** A column of the model: what it is, and how each source writes it. */
export interface LinkageColumn {
  readonly name: string;
  readonly role: Role;
  /** By source: the expression over its own columns; its name where it is called so there; absent where it has none. */
  readonly sources: readonly (string | undefined)[];
  /** The least share of records with a value in any source that has it. */
  readonly present: number;
  /** The most different values in any source. */
  readonly distinct: number;
  /** Shares of shapes, the least over the sources. */
  readonly shapes: Readonly<Record<Shape, number>>;
}

/** A column in an expression: its name, in quotes where it needs them. */
export const columnText = (name: string): string =>
  /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;

/** One source's column by what it is to the linkage. */
interface Found {
  readonly profile: ColumnProfile;
  readonly role: Role;
  readonly name: string;
  readonly text: string;
}

/** Columns that all sources can tell something of: by role and name; those that one source alone has are left out. */
export function linkageColumns(sources: readonly (readonly ColumnProfile[])[]): LinkageColumn[] {
  const found = sources.map((profiles) => foundIn(profiles));
  const keys = [...new Set(found.flatMap((its) => its.map(({ role, name }) => keyOf(role, name))))];
  const rows = keys.map((key) => found.map((its) => its.find(({ role, name }) => keyOf(role, name) === key)));
  const least = Math.min(2, sources.length);
  const shared = rows.filter((row) => row.filter((it) => it !== undefined).length >= least);
  const taken = new Set<string>();
  return shared.map((row) => columnOf(row, taken));
}

/** Of what a person has one, the role tells which columns go together; of all else, the name does. */
function keyOf(role: Role, name: string): string {
  const several: readonly Role[] = ["address", "town", "identifier", "text", "category", "phone"];
  return several.includes(role) ? `called ${plainName(name)}` : role;
}

function columnOf(row: readonly (Found | undefined)[], taken: Set<string>): LinkageColumn {
  const its = row.flatMap((found) => found ?? []);
  const [first] = its;
  if (first === undefined) throw new RangeError("a column of no source");
  let name = first.name;
  while (taken.has(name)) name = `${name}_`;
  taken.add(name);
  const shapes = Object.fromEntries(
    Object.keys(first.profile.shapes).map((shape) => [
      shape,
      Math.min(...its.map(({ profile }) => profile.shapes[shape as Shape])),
    ]),
  ) as Record<Shape, number>;
  return {
    name,
    role: first.role,
    sources: row.map((found) => found?.text),
    present: Math.min(...its.map(({ profile }) => profile.present / Math.max(1, profile.rows))),
    distinct: Math.max(...its.map(({ profile }) => profile.distinct)),
    shapes,
  };
}

/** A source's columns: the fullest of each role first, dates as 1999-12-31, and what can be made of several columns. */
function foundIn(profiles: readonly ColumnProfile[]): Found[] {
  const roles = profiles.map((profile) => ({ profile, role: roleOf(profile) }));
  const plain = roles
    .filter(({ role }) => role !== "left_out")
    .sort((a, b) => b.profile.present - a.profile.present || b.profile.distinct - a.profile.distinct)
    .map(({ profile, role }): Found => {
      const { name } = profile;
      if (role !== "birth_date") return { profile, role, name, text: columnText(name) };
      const text = dateText(profile);
      const isDated = text !== undefined;
      const shapes = { ...profile.shapes, isoDate: isDated ? 1 : 0 };
      return { profile: { ...profile, shapes }, role, name, text: text ?? columnText(name) };
    });
  return fromName(fromParts(plain));
}

const fullShare = 0.5;

/** A date as 1999-12-31; what is none stays as it is, as a typing error leaves much of it. Absent where most are none. */
function dateText({ name, shapes }: ColumnProfile): string | undefined {
  const column = columnText(name);
  if (shapes.isoDate >= fullShare) return column;
  if (shapes.isoTime >= fullShare) return `substr(${column}, 1, 10)`;
  if (shapes.compactDate >= fullShare) return `coalesce(date(${column}, '%Y%m%d'), ${column})`;
  if (shapes.americanDate >= fullShare && shapes.americanDate > shapes.slashedDate) {
    return `last(${column}, 4) || '-' || substr(${column}, 1, 2) || '-' || substr(${column}, 4, 2)`;
  }
  if (shapes.slashedDate >= fullShare) return `coalesce(date(${column}, '%d/%m/%Y'), ${column})`;
  if (shapes.dashedDate < fullShare) return undefined;
  const slashed = `replace(replace(${column}, '-', '/'), '.', '/')`;
  return `coalesce(date(${slashed}, '%d/%m/%Y'), ${column})`;
}

/** A date of birth of its year, month and day, whose parts may each be missing. */
function fromParts(found: readonly Found[]): Found[] {
  const part = (role: Role) => found.find((it) => it.role === role);
  const [year, month, day] = [part("birth_year"), part("birth_month"), part("birth_day")];
  const rest = found.filter(({ role }) => role !== "birth_month" && role !== "birth_day");
  if (year === undefined || month === undefined || day === undefined) return rest;
  if (part("birth_date") !== undefined) return rest.filter((it) => it !== year);
  const two = ({ text }: Found) => `coalesce(last('0' || ${text}, 2), '00')`;
  const whole = `coalesce(${year.text}, '0000') || '-' || ${two(month)} || '-' || ${two(day)}`;
  const birth: Found = {
    profile: {
      ...year.profile,
      shapes: { ...year.profile.shapes, isoDate: 1 },
      distinct: 400 * year.profile.distinct,
    },
    role: "birth_date",
    name: "date_of_birth",
    text: `nullif(${whole}, '0000-00-00')`,
  };
  return [...rest.filter((it) => it !== year), birth];
}

/** Of a full name alone, its first and its last word. */
function fromName(found: readonly Found[]): Found[] {
  const full = found.find(({ role }) => role === "full_name");
  const rest = found.filter(({ role }) => role !== "full_name");
  const has = (role: Role) => found.some((it) => it.role === role);
  if (full === undefined || (has("forename") && has("surname"))) return rest;
  const { profile, text } = full;
  const first: Found = {
    profile,
    role: "forename",
    name: "first_name",
    text: `regexp_extract(${text}, '^[^ ]+')`,
  };
  const last: Found = {
    profile,
    role: "surname",
    name: "surname",
    text: `regexp_extract(${text}, '[^ ]+$')`,
  };
  return [...rest.filter(({ role }) => role !== "forename" && role !== "surname"), first, last];
}
