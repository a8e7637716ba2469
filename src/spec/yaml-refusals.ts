import type { CST } from "yaml";

/** Something that YAML has and these files do not, or that no text has. `offset` is its place in the text. */
export interface Refused {
  readonly offset: number;
  readonly what: string;
}

const deepest = 40;
const longest = 1_000_000;

const refusedTokens: Readonly<Record<string, string>> = {
  alias: "an alias (*name)",
  anchor: "an anchor (&name)",
  tag: "a tag (!name)",
  directive: "a directive (%name)",
};

/** The first sign that a text is none: a control character, wrongly decoded bytes, or more of it than a person writes. */
export function refusedText(text: string): Refused | undefined {
  if (text.length > longest) return { offset: 0, what: "a file of more than a million characters" };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  const offset = text.search(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F\uFFFD]/);
  if (offset < 0) return undefined;
  const what = text[offset] === "\uFFFD" ? "a byte that is not UTF-8" : "a control character";
  return { offset, what };
}

/**
 * Aliases, anchors, tags, directives, further documents, and nesting deeper than any specification needs. What is
 * written must be what is read; and nothing after this needs to fear a deep or swelling tree.
 */
export function refusedConstructs(tokens: readonly CST.Token[]): Refused[] {
  const found: Refused[] = [];
  const documents = tokens.filter((token) => token.type === "document");
  const second = documents[1];
  if (second !== undefined) found.push({ offset: second.offset, what: "a second document (after ---)" });
  const waiting: { token: CST.Token; depth: number }[] = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { token, depth } = next;
    const what = refusedTokens[token.type];
    if (what !== undefined) found.push({ offset: token.offset, what });
    if (depth > deepest)
      return [...found, { offset: token.offset, what: `nesting of more than ${deepest} levels` }];
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
