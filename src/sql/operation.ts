import type { Json } from "../base/stable-json.ts";
import type { Sql } from "./sql.ts";
import type { Relation } from "./type.ts";

/** `CREATE TABLE output AS query`, with every column cast to its declared type. */
export interface Statement {
  readonly kind: "statement";
  readonly id: string;
  readonly output: Relation;
  readonly query: Sql;
}

/** A format of written files. CSV has a header, quotes where needed, and NULL as nothing. */
export type FileFormat =
  | { readonly format: "parquet" }
  | { readonly format: "csv"; readonly delimiter: "," | "|" };

/** Write a query's rows, in its order, to one file named relative to the step's own folder. */
export interface Copy {
  readonly kind: "copy";
  readonly id: string;
  readonly query: Sql;
  readonly columns: Relation["columns"];
  readonly file: string;
  readonly as: FileFormat;
}

/** A named, versioned function over columns, run by the engine outside SQL. Its input is read in the query's order. */
export interface HostCall {
  readonly kind: "host";
  readonly id: string;
  readonly fn: `${string}@${number}`;
  readonly input: Sql;
  /** Tables that it reads by name, beside its input. */
  readonly reads?: readonly string[];
  readonly params: { readonly [key: string]: Json };
  readonly output: Relation;
}

/** Counts that a step reports: one row, one BIGINT column each. They stay inside; what leaves passes `disclose`. */
export interface Measure {
  readonly kind: "measure";
  readonly id: string;
  readonly query: Sql;
}

/** Write the one text that a query gives to a file named relative to the step's own folder. */
export interface Document {
  readonly kind: "document";
  readonly id: string;
  readonly query: Sql;
  readonly file: string;
}

/** What a step compiles to, known before anything runs. */
export type Operation = Statement | Copy | HostCall | Measure | Document;

/** Files of one relation that an operation reads by name. Columns that no file has are NULL of their type. */
export interface Scan {
  readonly relation: Relation;
  readonly files: readonly { readonly path: string; readonly columns: readonly string[] }[];
  /** Set where the files are delimited text with a header rather than Parquet. */
  readonly delimiter?: string;
  /** The text's encoding, where it is not UTF-8. */
  readonly encoding?: "cp1252" | "latin-1";
  /** Columns of Parquet that hold bytes: they are read as hexadecimal text. */
  readonly bytes?: readonly string[];
  /** Columns of Parquet that hold lists: they are read as one text, as `listText` writes it. */
  readonly lists?: readonly string[];
}
