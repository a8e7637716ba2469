import { type Diagnostic, diagnostic } from "../base/diagnostics.ts";
import type { SourceSpan } from "../base/span.ts";

/** A JSON text's value. Errors: link/broken-model, at the place where it stops being JSON. */
export function parseJson(
  text: string,
  file: string,
): { readonly value: unknown } | { readonly diagnostics: readonly Diagnostic[] } {
  try {
    return { value: JSON.parse(text.replace(/^\uFEFF/, "")) };
  } catch (error) {
    return { diagnostics: [diagnostic("link/broken-model", placeOf(error, text, file), {})] };
  }
}

/** Where a text stops being JSON; its end where it is cut off. */
function placeOf(error: unknown, text: string, file: string): SourceSpan {
  const found = /at position (\d+)/.exec(String(error));
  const before = text.slice(0, found === null ? text.length : Number(found[1])).split("\n");
  return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
