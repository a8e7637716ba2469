import type { YAMLError } from "yaml";

const sentences: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: "a tab is used to indent",
  BAD_INDENT: "the line is not indented like the lines it belongs with",
  BLOCK_AS_IMPLICIT_KEY: 'a key stands inside a value; a text that holds ": " needs quotes',
  MULTILINE_IMPLICIT_KEY: "a key needs a colon and a space after it, on its own line",
  BLOCK_IN_FLOW: "a list or mapping of several lines stands inside [ ] or { }",
  BAD_DQ_ESCAPE: 'a backslash inside "…" begins no known escape; single quotes keep backslashes as they are',
  BAD_SCALAR_START: "a text that begins with @, % or ` needs quotes",
  KEY_OVER_1024_CHARS: "a key is longer than 1024 characters",
  UNEXPECTED_TOKEN:
    "something stands here that does not belong: a bracket or quote too many, or a missing comma",
};

/**
 * What is wrong with a text that is not YAML, in plain words. Holds nothing of the text itself, as somebody may have
 * named a data file by mistake.
 */
export function plainSyntaxError(error: Pick<YAMLError, "code" | "message">): string {
  if (/^Flow (map|sequence)/.test(error.message)) return "a bracket is opened before here and not closed";
  if (error.code === "MISSING_CHAR") return missingCharacter(error.message);
  return sentences[error.code] ?? "the text does not follow the rules of YAML";
}

function missingCharacter(message: string): string {
  if (/quote/.test(message)) return "a quote is opened before here and not closed";
  if (/followed by map values/.test(message)) return "a key needs a colon and a space after it";
  if (/Missing ,|comma/.test(message)) return "a comma is missing inside [ ] or { }";
  return "a space, bracket or colon is missing";
}
