import { type Document, isScalar, type Node, visit, type YAMLError } from "yaml";

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

/** A place where a text stops being YAML. */
export interface SyntaxError {
  readonly offset: number;
  readonly detail: string;
  readonly isTab: boolean;
}

/**
 * Where and why a text is not YAML, in plain words, in the order of the text. Holds nothing of the text itself, as
 * somebody may have named a data file by mistake.
 */
export function findSyntaxErrors(document: Document.Parsed): SyntaxError[] {
  const errors = [...document.errors].sort((a, b) => a.pos[0] - b.pos[0]);
  return errors.map((error) => {
    const isTab = error.code === "TAB_AS_INDENT";
    const opened = openedBefore(document, error);
    if (opened !== undefined) return { ...opened, isTab };
    const isTwoLines = errors.some((e) => e.code === "MULTILINE_IMPLICIT_KEY" && e.pos[0] === error.pos[0]);
    const detail =
      error.code === "BLOCK_AS_IMPLICIT_KEY" && isTwoLines ? nextLineDeeper : plainSentence(error);
    return { offset: error.pos[0], detail, isTab };
  });
}

const nextLineDeeper = "the line after this value is indented further than the value's own key";

/** What is found missing at an error's place was opened earlier; a person wants to see where. */
function openedBefore(document: Document.Parsed, error: YAMLError): Omit<SyntaxError, "isTab"> | undefined {
  const isQuote = error.code === "MISSING_CHAR" && /quote/.test(error.message);
  if (!isQuote && !/^Flow (map|sequence)/.test(error.message)) return undefined;
  let offset = error.pos[0];
  visit(document, {
    Node: (_, node) => {
      const [start] = (node as Node).range ?? [offset];
      const isOpener = isScalar(node)
        ? node.type?.startsWith("QUOTE") === true
        : "flow" in node && node.flow === true;
      if (start <= error.pos[0] && isOpener && isQuote === isScalar(node)) offset = start;
    },
  });
  return { offset, detail: `a ${isQuote ? "quote" : "bracket"} is opened here and not closed` };
}

function plainSentence(error: YAMLError): string {
  return error.code === "MISSING_CHAR"
    ? missingCharacter(error.message)
    : (sentences[error.code] ?? "the text does not follow the rules of YAML");
}

function missingCharacter(message: string): string {
  if (/followed by map values/.test(message)) return "a key needs a colon and a space after it";
  if (/Missing ,|comma/.test(message)) return "a comma is missing inside [ ] or { }";
  return "a space, bracket or colon is missing";
}
