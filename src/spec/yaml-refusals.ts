import type { CST } from "yaml";

/** Something that YAML has and these files do not, or that no text has. `offset` is its place in the text. */
export interface Refused {
  readonly offset: number;
  readonly what: string;
  readonly fix: string;
}

const deepest = 40;
const longest = 1_000_000;

const inQuotes = (sign: string) => `write the value itself; a text that begins with ${sign} needs quotes`;

const refusedTokens: Readonly<Record<string, Omit<Refused, "offset">>> = {
  alias: { what: "an alias (*name)", fix: inQuotes("*") },
  anchor: { what: "an anchor (&name)", fix: inQuotes("&") },
  tag: { what: "a tag (!name)", fix: inQuotes("!") },
  directive: { what: "a directive (%name)", fix: "remove the line" },
};

/** The first sign that a text is none: a control character, wrongly decoded bytes, or more of it than a person writes. */
export function refusedText(text: string): Refused | undefined {
  if (text.length > longest)
    return { offset: 0, what: "a file of more than a million characters", fix: "name a specification" };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  const offset = text.search(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F\uFFFD]/);
  if (offset < 0) return undefined;
  return text[offset] === "\uFFFD"
    ? { offset, what: "a byte that is not UTF-8", fix: "save the file as UTF-8" }
    : { offset, what: "a control character", fix: "remove it" };
}

/**
 * Aliases, anchors, tags, directives, further documents, and nesting deeper than any specification needs. What is
 * written must be what is read; and nothing after this needs to fear a deep or swelling tree.
 */
export function refusedConstructs(tokens: readonly CST.Token[]): Refused[] {
  const found: Refused[] = [];
  const documents = tokens.filter((token) => token.type === "document");
  const second = documents[1];
  if (second !== undefined) {
    const fix = "keep one document to a file";
    found.push({ offset: second.offset, what: "a second document (after ---)", fix });
  }
  const waiting: { token: CST.Token; depth: number }[] = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { token, depth } = next;
    const refused = refusedTokens[token.type];
    if (refused !== undefined) found.push({ offset: token.offset, ...refused });
    if (depth > deepest) {
      const what = `nesting of more than ${deepest} levels`;
      return [...found, { offset: token.offset, what, fix: "close what is open, or check the indentation" }];
    }
    for (const inner of within(token))
      waiting.push({ token: inner, depth: depth + (isInner(inner) ? 1 : 0) });
  }
  return found;
}

function isInner(token: CST.Token): boolean {
  return token.type === "block-map" || token.type === "block-seq" || token.type === "flow-collection";
}

function within(token: CST.Token): CST.Token[] {
  if (token.type === "document") return [...token.start, ...(token.value === undefined ? [] : [token.value])];
  if (token.type === "block-scalar") return token.props;
  if (!("items" in token)) return [];
  return token.items.flatMap((item) =>
    [...item.start, item.key, ...(item.sep ?? []), item.value].filter((t) => t !== undefined && t !== null),
  );
}
