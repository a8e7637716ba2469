import type { SourceSpan } from "../../../base/span.ts";
import type { LinkageContext } from "./linkage-functions.ts";

/** Where a step says something: `at("comparisons", 2)`. */
export type PlaceOf = (...path: readonly (string | number)[]) => SourceSpan;

/** Tells something that does not end the run; the report keeps it. */
export function warn(
  { warnings, tell }: Pick<LinkageContext, "warnings" | "tell">,
  id: string,
  what: string,
): void {
  warnings.push(what);
  tell(id, `warning: ${what}`);
}
