import type { Encoding } from "../../catalogue/dataset.ts";

/** One supplier file, and what the user says of it. */
export interface IngestRequest {
  readonly file: string;
  readonly dataSet?: string;
  readonly shape?: string;
  /** A financial year "2023/24" or a month "2024-01". */
  readonly period?: string;
  /** The number of records that the supplier declared. */
  readonly records?: number;
  readonly encoding?: Encoding;
}
