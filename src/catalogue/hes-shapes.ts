import type { Shape } from "./dataset.ts";

const identifiers = ["NEWNHSNO", "DOB", "HOMEADD", "LOPATID", "NHSNOIND"] as const;

/** The artificial files that NHS England publishes: comma-separated, quoted, one financial year each. */
export function artificialShape(table: string, columns: readonly string[]): Shape {
  return {
    name: `hes-${table}-artificial`,
    about: "Artificial data as published: no identifiers, a person pseudonym, whole numbers written as 5.0.",
    delimiter: ",",
    quote: '"',
    encoding: "utf-8",
    columns,
    header: true,
    dates: "%Y-%m-%d",
    fileName: new RegExp(`^artificial_hes_${table}_(?<code>\\d{4})(?:_truncated)?\\.csv$`),
  };
}

/**
 * A pipe-delimited year-to-date file. In HES_APC_202405.txt the financial year is 2024/25; the part is
 * 01 (April alone) to 12 (April to March), 13 the provisional annual refresh, or 99 the final year.
 */
export function supplierShape(table: string, about: string, columns: readonly string[]): Shape {
  return {
    name: `hes-${table}-supplier`,
    about,
    delimiter: "|",
    quote: null,
    encoding: "utf-8",
    columns,
    header: true,
    dates: "%Y-%m-%d",
    fileName: new RegExp(`^HES_${table.toUpperCase()}_(?<year>\\d{4})(?<part>0[1-9]|1[0-3]|99)\\.txt$`),
  };
}

/** The columns of the artificial file with the person's identifiers, after the record key, in place of the pseudonym. */
export function withIdentifiers(columns: readonly string[], key: string): string[] {
  return columns
    .filter((name) => name !== "PSEUDO_HESID")
    .flatMap((name) => (name === key ? [name, ...identifiers] : [name]));
}
