import type { LinkageContext } from "./context.ts";

/** Tells something that does not end the run; the report keeps it. */
export function warn(
  { warnings, tell }: Pick<LinkageContext, "warnings" | "tell">,
  id: string,
  what: string,
): void {
  warnings.push(what);
  tell(id, `warning: ${what}`);
}
