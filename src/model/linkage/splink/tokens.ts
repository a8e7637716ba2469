import { NoCounterpart } from "./no-counterpart.ts";

/** A word of SQL, as it is written. */
export interface Token {
  readonly kind: "name" | "quoted" | "text" | "number" | "symbol";
  readonly text: string;
}

const shapes = [
  ["quoted", /"(?:[^"]|"")+"/y],
  ["text", /'(?:[^']|'')*'/y],
  ["number", /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y],
  ["name", /[\p{L}_][\p{L}\p{N}_$]*/uy],
  ["symbol", /<>|!=|==|<=|>=|\|\||::|->|[-+*/%=<>(),.[\]]/y],
] as const;

/** The words of SQL. Throws NoCounterpart where a sign belongs to none. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const space = /\s*/y;
  let at = skip(space, text, 0);
  while (at < text.length) {
    const found = shapes.find(([, shape]) => skip(shape, text, at) > at);
    if (found === undefined)
      throw new NoCounterpart(`is not SQL that can be read from "${text.slice(at, at + 20)}" on`);
    const end = skip(found[1], text, at);
    tokens.push({ kind: found[0], text: text.slice(at, end) });
    at = skip(space, text, end);
  }
  return tokens;
}

/** The place behind what a sticky expression finds at a place; that place itself where it finds nothing. */
function skip(shape: RegExp, text: string, at: number): number {
  shape.lastIndex = at;
  return shape.test(text) ? shape.lastIndex : at;
}

/** The text between quotes, in which a quote is written twice. */
export function unquoted(text: string): string {
  const quote = text.slice(0, 1);
  return text.slice(1, -1).replaceAll(quote + quote, quote);
}
