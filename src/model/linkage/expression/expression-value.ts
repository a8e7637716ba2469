import type { Expression } from "./expression.ts";
import type { ExpressionFunction } from "./expression-functions.ts";

type Text = string | undefined;
type Call = Extract<Expression, { kind: "call" }>;

/**
 * What a column expression gives for one record, as the database would have it: for records that stand in no table.
 *
 * In: the text of each base column without blanks around it; undefined where it is missing.
 * Out: undefined where a value is missing.
 * Errors: TypeError for `regexp_extract`, `number` and `split`, which the database alone evaluates.
 */
export function expressionValue(e: Expression, column: (name: string) => Text): Text {
  switch (e.kind) {
    case "column":
      return column(e.name);
    case "text":
      return present(e.value);
    case "number":
      return String(e.value);
    case "join": {
      const parts = e.parts.map((part) =>
        part.kind === "text" ? part.value : expressionValue(part, column),
      );
      const isBlank = e.parts.every((part) => part.kind === "text") && present(parts.join("")) === undefined;
      return isBlank || parts.includes(undefined) ? undefined : parts.join("");
    }
    case "call": {
      const [x, ...others] = e.args.map((arg) => expressionValue(arg, column));
      if (e.fn === "coalesce") return x ?? others.find((other) => other !== undefined);
      const call = calls[e.fn];
      if (call === undefined) throw new TypeError(`${e.fn} is evaluated by the database alone`);
      return x === undefined ? undefined : present(call(x, e));
    }
  }
}

/** A text that holds more than blanks. */
export function present(text: Text): Text {
  return text === undefined || /^ *$/.test(text) ? undefined : text;
}

/** Capitals and small letters one for one, as tables of single signs have them. */
const mapped = (text: string, to: (sign: string) => string) =>
  Array.from(text, (sign) => {
    const other = to(sign);
    return [...other].length === 1 ? other : sign;
  }).join("");

const lower = (text: string) => mapped(text.replaceAll("İ", "i"), (sign) => sign.toLowerCase());
const upper = (text: string) => mapped(text, (sign) => (sign === "ß" ? "ẞ" : sign.toUpperCase()));

const outward = "[A-Z]{1,2}[0-9][A-Z0-9]?";
const wholePostcode = new RegExp(`^(${outward}) *([0-9][A-Z]{2})$`);
const postcode = (x: string) => upper(x).replace(wholePostcode, "$1 $2");

const first = (x: string, pattern: RegExp, group = 0): Text => pattern.exec(x)?.[group];

const textAt = ({ args }: Call, i: number): string => (args[i] as { readonly value: string }).value;
const numberAt = ({ args }: Call, i: number): number | undefined =>
  (args[i] as { readonly value: number } | undefined)?.value;

const isoPart = (from: number, to: number) => (x: string) => isoDate(x, "%Y-%m-%d")?.slice(from, to);

const calls: Readonly<Partial<Record<ExpressionFunction, (x: string, call: Call) => Text>>> = {
  lower,
  upper,
  trim: (x) => x.replaceAll(/^ +| +$/g, ""),
  letters: (x) => x.replaceAll(/[^A-Za-z]+/g, ""),
  digits: (x) => x.replaceAll(/[^0-9]+/g, ""),
  alphanumeric: (x) => x.replaceAll(/[^A-Za-z0-9]+/g, ""),
  substr: (x, call) => {
    const from = (numberAt(call, 1) ?? 1) - 1;
    const length = numberAt(call, 2);
    return [...x].slice(from, length === undefined ? undefined : from + length).join("");
  },
  last: (x, call) => [...x].slice(-(numberAt(call, 1) ?? 1)).join(""),
  replace: (x, call) => x.replaceAll(textAt(call, 1), () => textAt(call, 2)),
  nullif: (x, call) => (call.args.slice(1).some((_, i) => textAt(call, i + 1) === x) ? undefined : x),
  year: isoPart(0, 4),
  month: isoPart(5, 7),
  day: isoPart(8, 10),
  date: (x, call) => isoDate(x, textAt(call, 1)),
  area: (x) => first(upper(x), /^([A-Z]{1,2})(?:[0-9]|$)/, 1),
  district: (x) => first(postcode(x), new RegExp(`^(${outward})(?: |$)`), 1),
  sector: (x) => first(postcode(x), new RegExp(`^${outward} [0-9]`)),
  email_user: (x) => first(x, /^([^@]+)@/, 1),
  email_domain: (x) => first(x, /@([^@]+)$/, 1),
  soundex,
};

/** The parts of a date's text by its format. */
const datePatterns: Readonly<Record<string, RegExp>> = {
  "%Y-%m-%d": /^(?<y>\d{4})-(?<m>\d{2})-(?<d>\d{2})$/,
  "%Y%m%d": /^(?<y>\d{4})(?<m>\d{2})(?<d>\d{2})$/,
  "%d/%m/%Y": /^(?<d>\d{2})\/(?<m>\d{2})\/(?<y>\d{4})$/,
  "%d%m%Y": /^(?<d>\d{2})(?<m>\d{2})(?<y>\d{4})$/,
  "%m%Y": /^(?<m>\d{2})(?<y>\d{4})$/,
  "%Y-%m": /^(?<y>\d{4})-(?<m>\d{2})$/,
};

/** A date as 2024-05-31; undefined for a day that no month has. */
function isoDate(text: string, format: string): Text {
  const { y = "", m = "", d = "01" } = datePatterns[format]?.exec(text)?.groups ?? {};
  const iso = `${y}-${m}-${d}`;
  return dayNumber(iso) === undefined ? undefined : iso;
}

/** Days since 1970 of a date written 2024-05-31; undefined for any other text. */
export function dayNumber(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const [y = 0, m = 0, d = 0] = text.split("-").map(Number);
  const february = y % 4 === 0 && (y % 100 !== 0 || y % 400 === 0) ? 29 : 28;
  const months = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return m < 1 || d < 1 || d > (months[m - 1] ?? 0)
    ? undefined
    : Date.parse(`${text}T00:00:00Z`) / 86_400_000;
}

/** As the database reads a number in a text; undefined where it reads none. */
export function numberIn(text: string): number | undefined {
  const plain = text.replaceAll(/(?<=\d)_(?=\d)/g, "");
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(plain)) return Number(plain);
  if (/^[+-]?inf(?:inity)?$/i.test(plain)) return plain.startsWith("-") ? -Infinity : Infinity;
  return undefined;
}

const soundexDigits = "01230129022455012623019202";

/** The first letter and three digits for the letters that follow. Source: US National Archives, The Soundex System. */
function soundex(x: string): Text {
  const letters = x.replaceAll(/[^A-Za-z]+/g, "").toUpperCase();
  if (letters === "") return undefined;
  const digits = Array.from(letters, (sign) => soundexDigits[sign.charCodeAt(0) - 65]).join("");
  const once = digits
    .replace(/^9/, "0")
    .replaceAll("9", "")
    .replaceAll(/([1-6])\1+/g, "$1");
  return letters.charAt(0) + once.slice(1).replaceAll("0", "").padEnd(3, "0").slice(0, 3);
}
