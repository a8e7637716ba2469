import type { ReportKey } from "../../model/linkage/evaluate/guild.ts";

/** A part of the page, by what the report holds it under. */
export interface Section {
  readonly key: ReportKey | "guild";
  readonly title: string;
  readonly body: string;
}
