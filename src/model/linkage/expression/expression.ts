/**
 * Column expressions: the small language in which analysts name columns of a linkage model.
 *
 * expression = term { "||" term }
 * term       = name | "quoted name" | 'text' | whole number | function "(" expression { "," expression } ")"
 *
 * A quote within quotes is written twice. Functions have no case; each is text in, text out. A missing value in gives a
 * missing value out, but for `coalesce`; a blank result is missing.
 *
 * lower, upper, trim, replace(x, 'a', 'b'), nullif(x, 'a', …), coalesce(x, y, …): as in SQL.
 * letters, digits, alphanumeric: only A–Z and a–z, only 0–9, only both.
 * substr(x, first, length): from that character on, counted from 1. last(x, length): the last characters.
 * regexp_extract(x, 'pattern', group): what the pattern first finds; of it the group, where one is given.
 * year, month, day: four and two digits of a date written 2024-05-31; missing where that is no day of the calendar.
 * date(x, 'format'): a date so written as 2024-05-31; of a month, its first day.
 * number: a number so written that equal numbers have equal texts, to twelve decimals; 26 digits before the point.
 * area, district, sector of a UK postcode, in capitals: SW, SW1A, SW1A 2. The blank within may be missing. `outcode` is
 * district by another name.
 * email_user, email_domain: before the first @, behind the last.
 * soundex: of its letters A to Z.
 * split(x, 'separator'): the list of its parts, blanks around them and blank ones left out. No function takes a list.
 *
 * Source: Royal Mail, Programmer's Guide to PAF (postcode formats); US National Archives, Soundex System.
 */
import { callProblem, functionNamed } from "./expression-calls.ts";
import type { ExpressionFunction } from "./expression-functions.ts";

export type Expression =
  | { readonly kind: "column"; readonly name: string }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "call"; readonly fn: ExpressionFunction; readonly args: readonly Expression[] }
  /** Texts one behind the other; no part is itself joined. */
  | { readonly kind: "join"; readonly parts: readonly Expression[] };

/** How deep functions may stand in one another: some name what they are given twice in SQL, whose length so doubles. */
const deepest = 16;

/** How many texts may be joined: engines bound how deep SQL nests. */
const mostJoined = 100;

const bareName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * The expression that a text is; else a sentence that says what is wrong and at which character, the first being 1.
 * An expression names at least one column. Throws on nothing that can be written.
 */
export function parseExpression(text: string): { expression?: Expression; problem?: string } {
  try {
    const expression = new Parser(text).whole();
    if (columnsOfExpression(expression).length > 0) return { expression };
    return { problem: "it names no column: a column's name stands bare or in double quotes" };
  } catch (error) {
    if (error instanceof Problem) return { problem: error.message };
    throw error;
  }
}

/** The one text of an expression, whatever blanks and capitals it was written with; parsed, it is that expression. */
export function expressionText(e: Expression): string {
  switch (e.kind) {
    case "column":
      return bareName.test(e.name) ? e.name : `"${e.name.replaceAll('"', '""')}"`;
    case "text":
      return `'${e.value.replaceAll("'", "''")}'`;
    case "number":
      return String(e.value);
    case "call":
      return `${e.fn}(${e.args.map(expressionText).join(", ")})`;
    case "join":
      return e.parts.map(expressionText).join(" || ");
  }
}

/** The columns of the sources that an expression looks at, each once, in order of first use. */
export function columnsOfExpression(e: Expression): string[] {
  if (e.kind === "column") return [e.name];
  const parts = e.kind === "call" ? e.args : e.kind === "join" ? e.parts : [];
  return [...new Set(parts.flatMap(columnsOfExpression))];
}

/**
 * A column of a blocking rule: an expression that two records must have alike, or any(list) of which they must share a
 * value. A list is a list column, or what `split` gives; a text is a list of itself.
 */
export function parseRuleColumn(text: string): {
  readonly expression?: Expression;
  readonly problem?: string;
  readonly isAny: boolean;
} {
  const found = /^(\s*any\s*\()(.*)\)\s*$/is.exec(text);
  if (found === null) return { ...parseExpression(text), isAny: false };
  const [, before = "", inner = ""] = found;
  return { ...parseExpression(" ".repeat([...before].length) + inner), isAny: true };
}

/** Whether an expression gives a list rather than one text. */
export function isList(e: Expression): boolean {
  return e.kind === "call" && e.fn === "split";
}

/** Ends the reading of a text that is no expression. */
class Problem extends Error {}

/** A word or sign of an expression, and where it stands, the first character being 1. */
interface Token {
  readonly kind: "name" | "quoted" | "text" | "number" | "sign";
  readonly text: string;
  readonly at: number;
}

const shapes = [
  ["name", /[A-Za-z_][A-Za-z0-9_]*/y],
  ["quoted", /"[^"]*(?:""[^"]*)*"/y],
  ["text", /'[^']*(?:''[^']*)*'/y],
  ["number", /[0-9]+(?![A-Za-z0-9_.])/y],
  ["sign", /\|\||[(),]/y],
] as const;

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let [i, at] = [0, 1];
  const pass = (end: number) => {
    const passed = text.slice(i, end);
    [i, at] = [end, at + [...passed].length];
    return passed;
  };
  for (pass(skip(/\s*/y, text, i)); i < text.length; pass(skip(/\s*/y, text, i))) {
    const found = shapes.find(([, shape]) => skip(shape, text, i) > i);
    if (found === undefined) throw new Problem(strangeSign(text.slice(i), at));
    const token: Token = { kind: found[0], at, text: pass(skip(found[1], text, i)) };
    if (token.text.includes("\0")) {
      throw new Problem(`the quotes at character ${token.at} hold a NUL, which is no text`);
    }
    tokens.push(token);
  }
  return tokens;
}

/** The place behind what a sticky expression finds at a place; that place itself where it finds nothing. */
function skip(shape: RegExp, text: string, i: number): number {
  shape.lastIndex = i;
  return shape.test(text) ? shape.lastIndex : i;
}

function strangeSign(rest: string, at: number): string {
  const [sign = ""] = rest;
  if (sign === '"' || sign === "'") return `the quote at character ${at} is never closed`;
  if (sign === "|") return `"|" at character ${at} stands alone; two join texts: x || y`;
  const [word = sign] = /^[0-9][^\s(),|'"]*/.exec(rest) ?? [];
  const what = word === sign ? "is not taken here" : "is no whole number";
  return `"${word}" at character ${at} ${what}; a column's name with other signs than A to Z, 0 to 9 and _, or with a digit first, stands in double quotes`;
}

/** Recursive descent over the tokens. Throws Problem. */
class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(text: string) {
    this.#tokens = tokensOf(text);
  }

  whole(): Expression {
    if (this.#tokens.length === 0) throw new Problem("it is empty: name a column");
    const expression = this.#join(0);
    const rest = this.#peek();
    if (rest !== undefined) throw new Problem(this.#unexpected(rest));
    return expression;
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#next];
  }

  #take(sign: string): Token | undefined {
    const token = this.#peek();
    if (token?.kind !== "sign" || token.text !== sign) return undefined;
    this.#next++;
    return token;
  }

  #join(depth: number): Expression {
    const at = this.#peek()?.at;
    const first = this.#term(depth);
    const parts = [first];
    while (this.#take("||")) parts.push(this.#term(depth));
    if (parts.length === 1) return first;
    if (parts.some(isList)) throw new Problem(`a list cannot be joined with ||, at character ${at}`);
    if (parts.length > mostJoined)
      throw new Problem(`|| joins at most ${mostJoined} texts, at character ${at}`);
    return { kind: "join", parts };
  }

  #term(depth: number): Expression {
    const token = this.#peek();
    if (token === undefined) throw new Problem("it ends where a column, a text or a function must follow");
    if (token.kind === "sign") throw new Problem(this.#unexpected(token));
    this.#next++;
    switch (token.kind) {
      case "name": {
        const open = this.#take("(");
        return open === undefined ? { kind: "column", name: token.text } : this.#call(token, open, depth + 1);
      }
      case "quoted":
        if (token.text === '""') throw new Problem(`the name at character ${token.at} is empty`);
        return { kind: "column", name: unquoted(token.text) };
      case "text":
        return { kind: "text", value: unquoted(token.text) };
      case "number":
        return { kind: "number", value: wholeNumber(token) };
    }
  }

  #call(name: Token, open: Token, depth: number): Expression {
    const named = functionNamed(name.text);
    if ("problem" in named) throw new Problem(`${named.problem}, at character ${name.at}`);
    if (depth > deepest) {
      throw new Problem(`functions stand more than ${deepest} deep in one another, at character ${name.at}`);
    }
    const args: Expression[] = [];
    if (!this.#take(")")) {
      do args.push(this.#join(depth));
      while (this.#take(","));
      this.#close(open);
    }
    if (args.some(isList)) throw new Problem(`no function takes a list, at character ${name.at}`);
    const problem = callProblem(named.fn, args);
    if (problem !== undefined) throw new Problem(`${problem}, at character ${name.at}`);
    return { kind: "call", fn: named.fn, args };
  }

  #close(open: Token): void {
    if (this.#take(")")) return;
    const token = this.#peek();
    if (token === undefined) throw new Problem(`the bracket at character ${open.at} is never closed`);
    throw new Problem(this.#unexpected(token));
  }

  #unexpected({ kind, text, at }: Token): string {
    const before = this.#tokens[this.#next - 1];
    if (kind === "sign" && text === "(") return `the bracket at character ${at} follows no function's name`;
    if (kind === "name" && before?.kind === "name") {
      return `"${text}" at character ${at} follows "${before.text}" with nothing between; a column's name with blanks stands in double quotes`;
    }
    return `${kind === "sign" || kind === "name" ? `"${text}"` : text} at character ${at} is not expected there`;
  }
}

/** The text between quotes, in which a quote is written twice. */
function unquoted(text: string): string {
  const quote = text.slice(0, 1);
  return text.slice(1, -1).replaceAll(quote + quote, quote);
}

function wholeNumber({ text, at }: Token): number {
  if (/^(0|[1-9][0-9]{0,8})$/.test(text)) return Number(text);
  throw new Problem(
    `${text} at character ${at} is no plain number of up to nine digits; a text stands in single quotes`,
  );
}
