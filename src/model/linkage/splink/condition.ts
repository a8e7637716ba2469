/**
 * The SQL of a Splink level or blocking rule as a tree: the part of DuckDB's language that Splink writes, versions 4 and
 * 5, and what people write beside it in the same words.
 */

import { NoCounterpart, unknownCall } from "./no-counterpart.ts";
import { type Token, tokensOf, unquoted } from "./tokens.ts";

/** Which of the two records a column is of. */
export type Side = "l" | "r";

type Infix = "=" | "<>" | "<" | "<=" | ">" | ">=" | "||" | "+" | "-" | "*" | "/";

export type SqlNode =
  /** `"x_l"`, `l."x"`: one record's column. No side: a column that does not say of which record. */
  | { readonly kind: "column"; readonly name: string; readonly side?: Side }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "number"; readonly value: number }
  /** Its name in lower case. */
  | { readonly kind: "call"; readonly name: string; readonly args: readonly SqlNode[] }
  | { readonly kind: "cast"; readonly of: SqlNode; readonly type: string }
  | { readonly kind: "infix"; readonly operator: Infix; readonly left: SqlNode; readonly right: SqlNode }
  /** As many as stand side by side; a group in brackets stays one part. */
  | { readonly kind: "and" | "or"; readonly parts: readonly SqlNode[] }
  | { readonly kind: "not"; readonly of: SqlNode }
  /** IS NULL, or IS NOT NULL. */
  | { readonly kind: "isNull"; readonly of: SqlNode; readonly isNegated: boolean }
  | {
      readonly kind: "case";
      readonly whens: readonly (readonly [SqlNode, SqlNode])[];
      readonly otherwise: SqlNode;
    };

/**
 * The tree of a condition.
 *
 * Throws NoCounterpart where the text is no condition of the known kind, naming the word that it failed at.
 */
export function parseCondition(text: string): SqlNode {
  const parser = new Parser(tokensOf(text));
  const node = parser.condition();
  parser.end();
  return node;
}

const comparisons: Readonly<Record<string, Infix>> = {
  "=": "=",
  "==": "=",
  "<>": "<>",
  "!=": "<>",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
};

/** Recursive descent, a method for each rank of operators, the loosest first. */
class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  condition(): SqlNode {
    return this.#chain("or", () => this.#chain("and", () => this.#negation()));
  }

  end(): void {
    if (this.#at < this.#tokens.length) this.#fail();
  }

  #chain(kind: "and" | "or", part: () => SqlNode): SqlNode {
    const first = part();
    const parts = [first];
    while (this.#take(kind)) parts.push(part());
    return parts.length === 1 ? first : { kind, parts };
  }

  #negation(): SqlNode {
    return this.#take("not") ? { kind: "not", of: this.#negation() } : this.#comparison();
  }

  #comparison(): SqlNode {
    const left = this.#sum();
    if (this.#take("is")) {
      const isNegated = this.#take("not");
      this.#expect("null");
      return { kind: "isNull", of: left, isNegated };
    }
    const operator = comparisons[this.#peek()];
    if (operator === undefined) return left;
    this.#at++;
    return { kind: "infix", operator, left, right: this.#sum() };
  }

  /** `||` ranks with plus and minus: no condition has both. */
  #sum(): SqlNode {
    return this.#infix(["+", "-", "||"], () => this.#infix(["*", "/"], () => this.#value()));
  }

  #infix(operators: readonly Infix[], part: () => SqlNode): SqlNode {
    let node = part();
    for (;;) {
      const operator = operators.find((symbol) => this.#take(symbol));
      if (operator === undefined) return node;
      node = { kind: "infix", operator, left: node, right: part() };
    }
  }

  #value(): SqlNode {
    let node = this.#plainValue();
    while (this.#take("::")) node = { kind: "cast", of: node, type: this.#word() };
    if (this.#peek() === "[") throw new NoCounterpart("looks into a list or a struct");
    return node;
  }

  #plainValue(): SqlNode {
    if (this.#take("(")) {
      const node = this.condition();
      this.#expect(")");
      return node;
    }
    if (this.#take("-")) return { kind: "infix", operator: "-", left: zero, right: this.#value() };
    const token = this.#tokens[this.#at];
    if (token?.kind === "number") return { kind: "number", value: Number(this.#next()) };
    if (token?.kind === "text") return { kind: "text", value: unquoted(this.#next()) };
    if (token?.kind === "quoted") return this.#column();
    if (token?.kind !== "name") return this.#fail();
    if (this.#take("case")) return this.#case();
    if (this.#tokens[this.#at + 1]?.text === "(") return this.#call();
    return this.#column();
  }

  #call(): SqlNode {
    const name = this.#word();
    this.#expect("(");
    if (name === "cast" || name === "try_cast") {
      const of = this.condition();
      this.#expect("as");
      const type = this.#word();
      this.#expect(")");
      return { kind: "cast", of, type };
    }
    const args: SqlNode[] = [];
    if (!this.#take(")")) {
      do args.push(this.condition());
      while (this.#take(","));
      if (this.#peek() === "->") throw unknownCall(name);
      this.#expect(")");
    }
    return { kind: "call", name, args };
  }

  #case(): SqlNode {
    const whens: [SqlNode, SqlNode][] = [];
    while (this.#take("when")) {
      const when = this.condition();
      this.#expect("then");
      whens.push([when, this.condition()]);
    }
    this.#expect("else");
    const otherwise = this.condition();
    this.#expect("end");
    return { kind: "case", whens, otherwise };
  }

  /** A record is named by the table, or else by the ending of the column's name. */
  #column(): SqlNode {
    const names = [this.#name()];
    while (this.#take(".")) names.push(this.#name());
    const [first = "", second, ...more] = names;
    if (more.length > 0) throw new NoCounterpart("looks into a list or a struct");
    if (second !== undefined) {
      const side = sideOf(first);
      if (side === undefined) throw new NoCounterpart(`names the table ${first}, which is neither l nor r`);
      return { kind: "column", name: second, side };
    }
    const side = first.at(-2) === "_" ? sideOf(first.slice(-1)) : undefined;
    return side === undefined
      ? { kind: "column", name: first }
      : { kind: "column", name: first.slice(0, -2), side };
  }

  #name(): string {
    const token = this.#tokens[this.#at];
    if (token?.kind !== "quoted" && (token?.kind !== "name" || reserved.has(token.text.toLowerCase()))) {
      return this.#fail();
    }
    const text = this.#next();
    return token.kind === "quoted" ? unquoted(text) : text;
  }

  #word(): string {
    return this.#tokens[this.#at]?.kind === "name" ? this.#next().toLowerCase() : this.#fail();
  }

  #next(): string {
    return this.#tokens[this.#at++]?.text ?? "";
  }

  /** The next word or symbol in lower case; nothing for quoted text, which is never one. */
  #peek(): string {
    const token = this.#tokens[this.#at];
    return token?.kind === "name" || token?.kind === "symbol" ? token.text.toLowerCase() : "";
  }

  #take(text: string): boolean {
    if (this.#peek() !== text) return false;
    this.#at++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) this.#fail();
  }

  #fail(): never {
    const token = this.#tokens[this.#at];
    throw new NoCounterpart(
      token === undefined ? "ends where SQL goes on" : `has SQL that has no counterpart, at ${token.text}`,
    );
  }
}

const zero: SqlNode = { kind: "number", value: 0 };

function sideOf(name: string): Side | undefined {
  const lower = name.toLowerCase();
  return lower === "l" || lower === "r" ? lower : undefined;
}

/** Words that are never a column. */
const reserved = new Set([
  "and",
  "or",
  "not",
  "is",
  "null",
  "case",
  "when",
  "then",
  "else",
  "end",
  "in",
  "like",
]);
