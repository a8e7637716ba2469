import type { Json } from "../base/stable-json.ts";
import type { CodeList } from "../catalogue/dataset.ts";
import type { Cleared, RecordTables, Terms } from "../model/gate.ts";

/** Record-level content that an extract step cleared. */
export type ClearedRecords = Cleared<RecordTables & { readonly terms: Terms }>;

/** One line of a delivery's dictionary. */
export interface DictionaryEntry {
  readonly table: string;
  readonly field: string;
  readonly type: string;
  readonly meaning: string;
  /** "published", "pseudonym" or "derived". */
  readonly origin: string;
  readonly from?: string;
  readonly to?: string;
  readonly codes: CodeList;
  readonly missing: CodeList;
}

/** What a delivery will hold, decided before anything runs. Its record-level part has passed the gate; its counts pass it when they exist. */
export interface BagPlan {
  readonly product: string;
  readonly title: string;
  /** `summary` is the name under which the extract's counts by table are open in the session. */
  readonly extract: { readonly step: string; readonly records: ClearedRecords; readonly summary: string };
  readonly dictionary: readonly DictionaryEntry[];
  /** The name under which the linkage report is open in the session; null where nothing was linked. */
  readonly linkage: { readonly step: string; readonly relation: string; readonly facts: Json } | null;
  /** The sender's own words at the head of the README. */
  readonly readme: string | null;
}
