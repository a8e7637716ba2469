import { parseExpression } from "./expression/expression.ts";
import type { Comparison, Level } from "./model.ts";

/**
 * Comparisons of the usual fields, as an analyst writes them in one line and as functions: the same levels either way.
 * They look past what is only writing: case in names and e-mails, blanks and signs in postcodes and NHS numbers.
 *
 * In: the field's column, or an expression over columns. Out: a comparison whose numbers are to be learned, null where
 * all that its levels test is missing.
 */
export const readyMade = {
  /** One part of a name: the same, by how common it is; Jaro–Winkler .92; .8. */
  name: (column: string): Comparison => {
    const its = `upper(${column})`;
    return made("name", column, [common(its), similar(its, 0.92), similar(its, 0.8)]);
  },

  /** Two names as one comparison: both the same, swapped, alike, or one of them the same, by how common it is. */
  forename_surname: (forename: string, surname: string): Comparison => {
    const [a, b] = [`upper(${forename})`, `upper(${surname})`];
    return {
      comparison: "forename_surname",
      levels: [
        { exact: [a, b], term_frequency: { column: `${a} || ' ' || ${b}` } },
        { reversed: [a, b] },
        { all: [similar(a, 0.92), similar(b, 0.92)] },
        { all: [similar(a, 0.8), similar(b, 0.8)] },
        common(b),
        common(a),
      ],
    };
  },

  /** Dates as 1970-12-31: the same; one edit or swap apart; a month; a year; ten years. Other texts by the first two. */
  date_of_birth: (column: string): Comparison =>
    made("date_of_birth", column, [
      { exact: column },
      { damerau_levenshtein: column, at_most: 1 },
      { months: column, at_most: 1 },
      { years: column, at_most: 1 },
      { years: column, at_most: 10 },
    ]),

  /** UK postcodes: the same, by how common it is; one edit apart or one sector; one district; one area. */
  postcode: (column: string): Comparison => {
    const its = `upper(alphanumeric(${column}))`;
    return made("postcode", column, [
      common(its),
      { any: [{ damerau_levenshtein: its, at_most: 1 }, { exact: `sector(${column})` }] },
      { exact: `district(${column})` },
      { exact: `area(${column})` },
    ]);
  },

  /** NHS numbers: the same digits; one edit or swap apart. */
  nhs_number: (column: string): Comparison => {
    const its = `digits(${column})`;
    return made("nhs_number", column, [{ exact: its }, { damerau_levenshtein: its, at_most: 1 }]);
  },

  /** E-mail addresses: the same, by how common it is; the same before the @; Jaro–Winkler .88 of the whole; of that part. */
  email: (column: string): Comparison => {
    const its = `lower(${column})`;
    const user = `email_user(${its})`;
    return made("email", column, [common(its), { exact: user }, similar(its, 0.88), similar(user, 0.88)]);
  },
} as const;

/** A ready-made comparison as people write it: `- name: first_name`. */
export type ReadyMade =
  | { readonly name: string }
  | { readonly forename_surname: readonly [string, string] }
  | { readonly date_of_birth: string }
  | { readonly postcode: string }
  | { readonly nhs_number: string }
  | { readonly email: string };

/** The comparison that is written, be it by its levels or ready-made. */
export function writtenComparison(written: Comparison | ReadyMade): Comparison {
  if ("name" in written) return readyMade.name(written.name);
  if ("forename_surname" in written) return readyMade.forename_surname(...written.forename_surname);
  if ("date_of_birth" in written) return readyMade.date_of_birth(written.date_of_birth);
  if ("postcode" in written) return readyMade.postcode(written.postcode);
  if ("nhs_number" in written) return readyMade.nhs_number(written.nhs_number);
  return "email" in written ? readyMade.email(written.email) : written;
}

/** A comparison named by its column, or by what it is where an expression is compared. */
function made(kind: keyof typeof readyMade, column: string, levels: readonly Level[]): Comparison {
  const { expression } = parseExpression(column);
  return { comparison: expression?.kind === "column" ? expression.name : kind, levels };
}

const common = (column: string): Level => ({ exact: column, term_frequency: true });
const similar = (column: string, least: number) => ({ jaro_winkler: column, at_least: least });
