/** How a function is written: the number of its arguments, and which are literals. */
interface FunctionArguments {
  readonly least: number;
  readonly most: number;
  readonly literals?: readonly ("text" | "number" | undefined)[];
  readonly form: string;
}

const one = (name: string): FunctionArguments => ({ least: 1, most: 1, form: `${name}(column)` });

const known = {
  lower: one("lower"),
  upper: one("upper"),
  trim: one("trim"),
  letters: one("letters"),
  digits: one("digits"),
  alphanumeric: one("alphanumeric"),
  substr: {
    least: 2,
    most: 3,
    literals: [undefined, "number", "number"],
    form: "substr(column, first, length), counted from 1",
  },
  last: { least: 2, most: 2, literals: [undefined, "number"], form: "last(column, length)" },
  replace: {
    least: 3,
    most: 3,
    literals: [undefined, "text", "text"],
    form: "replace(column, 'old', 'new')",
  },
  nullif: {
    least: 2,
    most: 50,
    literals: [undefined, ...Array.from({ length: 49 }, () => "text" as const)],
    form: "nullif(column, 'value', …)",
  },
  coalesce: { least: 2, most: 50, form: "coalesce(column, other, …)" },
  regexp_extract: {
    least: 2,
    most: 3,
    literals: [undefined, "text", "number"],
    form: "regexp_extract(column, 'pattern', group)",
  },
  year: one("year"),
  month: one("month"),
  day: one("day"),
  date: { least: 2, most: 2, literals: [undefined, "text"], form: "date(column, '%d/%m/%Y')" },
  number: one("number"),
  area: one("area"),
  district: one("district"),
  sector: one("sector"),
  email_user: one("email_user"),
  email_domain: one("email_domain"),
  soundex: one("soundex"),
  split: { least: 2, most: 2, literals: [undefined, "text"], form: "split(column, 'separator')" },
} satisfies Record<string, FunctionArguments>;

export type ExpressionFunction = keyof typeof known;

/** The functions of column expressions. Text in, text out; a missing value gives a missing one, and so does a blank. */
export const functionArguments: Readonly<Record<ExpressionFunction, FunctionArguments>> = known;
