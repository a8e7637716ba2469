import { nearest } from "../../base/diagnostics.ts";
import { type ExpressionFunction, functionArguments } from "./expression-functions.ts";

/**
 * A column of a model: a column of the sources, or what is made of some.
 *
 *     expression = term { "||" term }
 *     term       = name | "name" | 'text' | number | function "(" expression { "," expression } ")"
 */
export type Expression =
  | { readonly kind: "column"; readonly name: string }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "call"; readonly fn: ExpressionFunction; readonly args: readonly Expression[] }
  | { readonly kind: "join"; readonly parts: readonly Expression[] };

/** An expression, or a sentence on what is wrong with its text. */
export interface ParsedExpression {
  readonly expression?: Expression;
  readonly problem?: string;
}

const plainName = /^[A-Za-z_][A-Za-z0-9_]*$/;
const token = /\s*(?:(\|\||[(),])|"((?:[^"]|"")+)"|'((?:[^']|'')*)'|([A-Za-z_][A-Za-z0-9_]*)|(\d+))/y;

type Token =
  | { readonly kind: "mark"; readonly text: string; readonly at: number }
  | { readonly kind: "quoted" | "name" | "text"; readonly text: string; readonly at: number }
  | { readonly kind: "number"; readonly value: number; readonly at: number };

class Problem extends Error {}

/** Reads an expression; what is wrong is told with the place of its character. Throws on nothing that a person writes. */
export function parseExpression(text: string): ParsedExpression {
  try {
    const parser = new Parser(tokensOf(text), text.length);
    const expression = parser.expression();
    parser.end();
    if (columnsOfExpression(expression).length === 0) throw new Problem("it names no column");
    return { expression };
  } catch (error) {
    if (error instanceof Problem) return { problem: error.message };
    throw error;
  }
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const from = token.lastIndex;
    const found = token.exec(text);
    if (found === null) {
      if (text.slice(from).trim() === "") return tokens;
      throw new Problem(`character ${from + 1} can stand in no expression`);
    }
    const [, mark, quoted, literal, name, digits] = found;
    const at = from + 1;
    if (mark !== undefined) tokens.push({ kind: "mark", text: mark, at });
    else if (quoted !== undefined) tokens.push({ kind: "quoted", text: quoted.replaceAll('""', '"'), at });
    else if (literal !== undefined) tokens.push({ kind: "text", text: literal.replaceAll("''", "'"), at });
    else if (name !== undefined) tokens.push({ kind: "name", text: name, at });
    else tokens.push({ kind: "number", value: Number(digits), at });
  }
  return tokens;
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #length: number;
  #at = 0;

  constructor(tokens: readonly Token[], length: number) {
    this.#tokens = tokens;
    this.#length = length;
  }

  expression(): Expression {
    const parts = [this.#term()];
    while (this.#takes("||")) parts.push(this.#term());
    return parts.length === 1 ? (parts[0] as Expression) : { kind: "join", parts };
  }

  end(): void {
    const rest = this.#tokens[this.#at];
    if (rest !== undefined)
      throw new Problem(`nothing may follow the expression, but something does at character ${rest.at}`);
  }

  #term(): Expression {
    const found = this.#tokens[this.#at++];
    if (found === undefined) throw new Problem(`it ends too soon, at character ${this.#length}`);
    switch (found.kind) {
      case "mark":
        throw new Problem(
          `"${found.text}" at character ${found.at} stands where a column or a function is wanted`,
        );
      case "number":
        return { kind: "number", value: found.value };
      case "text":
        return { kind: "text", value: found.text };
      case "quoted":
        return { kind: "column", name: found.text };
      case "name":
        return this.#takes("(") ? this.#call(found.text, found.at) : { kind: "column", name: found.text };
    }
  }

  #call(name: string, at: number): Expression {
    const known = Object.keys(functionArguments);
    const fn = known.find((other) => other === name.toLowerCase()) as ExpressionFunction | undefined;
    if (fn === undefined) {
      const near = nearest(name, known);
      throw new Problem(`there is no function ${name}${near === undefined ? "" : `; ${near} is one`}`);
    }
    const args = [this.expression()];
    while (this.#takes(",")) args.push(this.expression());
    if (!this.#takes(")")) throw new Problem(`the bracket of ${fn} at character ${at} is not closed`);
    checkArguments(fn, args);
    return { kind: "call", fn, args };
  }

  #takes(mark: string): boolean {
    const next = this.#tokens[this.#at];
    const isIt = next?.kind === "mark" && next.text === mark;
    if (isIt) this.#at++;
    return isIt;
  }
}

function checkArguments(fn: ExpressionFunction, args: readonly Expression[]): void {
  const { least, most, literals = [], form } = functionArguments[fn];
  if (args.length < least || args.length > most) throw new Problem(`${fn} is written ${form}`);
  for (const [place, kind] of literals.entries()) {
    const arg = args[place];
    if (kind === undefined || arg === undefined || arg.kind === kind) continue;
    throw new Problem(
      `${fn} takes ${kind === "text" ? "a text in single quotes" : "a whole number"} as its argument ${place + 1}: ${form}`,
    );
  }
}

/** The one text of an expression: equal expressions have equal texts, and reading it gives the expression again. */
export function expressionText(e: Expression): string {
  switch (e.kind) {
    case "column":
      return plainName.test(e.name) ? e.name : `"${e.name.replaceAll('"', '""')}"`;
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

/** The sources' columns that an expression is made of, each once, as they come. */
export function columnsOfExpression(e: Expression): string[] {
  if (e.kind === "column") return [e.name];
  const parts = e.kind === "call" ? e.args : e.kind === "join" ? e.parts : [];
  return [...new Set(parts.flatMap(columnsOfExpression))];
}

/** Whether an expression gives a list of values. */
export function isList(e: Expression): boolean {
  return e.kind === "call" && e.fn === "split";
}
