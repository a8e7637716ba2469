/** Column types that both engines keep exactly, in Parquet and in memory. */
export type SqlType =
  | "boolean"
  | "tinyint"
  | "smallint"
  | "integer"
  | "bigint"
  | "double"
  | "varchar"
  | "date"
  | "timestamp"
  | `decimal(${number},${number})`;

/** A named, typed column of a relation. */
export interface Column {
  readonly name: string;
  readonly type: SqlType;
}

/** A table, view or result by name, with all its columns in order. */
export interface Relation {
  readonly name: string;
  readonly columns: readonly Column[];
}
