import type { BitValues } from "./bit-values.ts";
import type { ListValues } from "./list-values.ts";
import type { TextValues } from "./text-values.ts";

/**
 * One column of all records, in memory that threads share.
 * Every attribute is an array by the value's number; NaN where a value has none.
 */
export interface KernelColumn {
  /** The value's number of each record; 0 where it is missing. */
  readonly ids: Int32Array;
  /** Numbers go from 1 to this. */
  readonly values: number;
  readonly text?: TextValues;
  readonly day?: Float64Array;
  readonly number?: Float64Array;
  readonly elements?: ListValues;
  readonly bits?: BitValues;
}
