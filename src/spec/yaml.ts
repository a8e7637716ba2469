import {
  Composer,
  type Document,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  Parser,
} from "yaml";
import { type Diagnostic, diagnostic, sortDiagnostics } from "../base/diagnostics.ts";
import type { SourceSpan } from "../base/span.ts";
import { findSyntaxErrors } from "./yaml-errors.ts";
import { type Refused, refusedConstructs, refusedText } from "./yaml-refusals.ts";

/** The way from the root of a file to a value: keys of mappings and positions in lists, from 0. */
export type Path = readonly (string | number)[];

/** A YAML text with the place of everything in it. */
export interface LocatedYaml {
  /** Plain data of the root mapping; undefined where the text cannot be read, and then `diagnostics` says why. */
  readonly value: Readonly<Record<string, unknown>> | undefined;
  /** The place of the value at a path; of its key where the value is left out; of the nearest ancestor where neither is. */
  readonly spanOf: (path: Path) => SourceSpan;
  /** The place of the key at a path, and otherwise as `spanOf`. */
  readonly keySpanOf: (path: Path) => SourceSpan;
  /** An unquoted scalar as it was written, such as 0123 where the value is 123. Undefined for all else. */
  readonly sourceOf: (path: Path) => string | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads YAML 1.2, one document with a mapping at its root. A byte order mark is passed over.
 *
 * Errors: spec/syntax, spec/not-plain (aliases, tags, control characters …) and spec/wrong-type (no mapping) end the
 * reading; spec/duplicate-key leaves the first of the two in `value`.
 */
export function parseYaml(text: string, file: string): LocatedYaml {
  const body = text.replace(/^\uFEFF/, "");
  const lines = new LineCounter();
  const spanAt = (offset: number): SourceSpan => {
    const { line, col } = lines.linePos(Math.min(offset, body.length));
    return { file, line, column: col };
  };
  const refused = refusedText(body);
  if (refused !== undefined) {
    lines.addNewLine(0);
    for (const { index } of body.slice(0, refused.offset).matchAll(/\n/g)) lines.addNewLine(index + 1);
    return unreadable(spanAt, notPlain([refused], spanAt));
  }
  const tokens = [...new Parser(lines.addNewLine).parse(body)];
  const refusals = refusedConstructs(tokens);
  if (refusals.length > 0) return unreadable(spanAt, notPlain(refusals, spanAt));
  const composer = new Composer({ version: "1.2", uniqueKeys: false, prettyErrors: false });
  const [document] = [...composer.compose(tokens, true, body.length)];
  const mistakes = document === undefined ? [] : syntaxErrors(document, spanAt);
  if (mistakes.length > 0) return unreadable(spanAt, mistakes);
  return located(document?.contents ?? null, spanAt);
}

type SpanAt = (offset: number) => SourceSpan;

function unreadable(spanAt: SpanAt, diagnostics: readonly Diagnostic[]): LocatedYaml {
  const start = () => spanAt(0);
  return { value: undefined, spanOf: start, keySpanOf: start, sourceOf: () => undefined, diagnostics };
}

function notPlain(refused: readonly Refused[], spanAt: SpanAt): Diagnostic[] {
  return sortDiagnostics(
    refused.map(({ offset, ...words }) => diagnostic("spec/not-plain", spanAt(offset), words)),
  );
}

/** The first mistake, and every other tab: after a mistake the rest of a text means little. */
function syntaxErrors(document: Document.Parsed, spanAt: SpanAt): Diagnostic[] {
  const [first, ...others] = findSyntaxErrors(document);
  const told = first === undefined ? [] : [first, ...others.filter((error) => error.isTab)];
  return told.map(({ offset, detail }) => diagnostic("spec/syntax", spanAt(offset), { detail }));
}

function located(root: Node | null, spanAt: SpanAt): LocatedYaml {
  if (!isMap(root)) {
    const found = isSeq(root)
      ? "a list"
      : isEmpty(root) || (isScalar(root) && root.value === null)
        ? "nothing"
        : "text without keys";
    const at = spanAt(root?.range?.[0] ?? 0);
    return unreadable(spanAt, [
      diagnostic("spec/wrong-type", at, { expected: "keys with values (key: value)", found }),
    ]);
  }
  const diagnostics: Diagnostic[] = [];
  const value = plainOf(root, spanAt, diagnostics) as Record<string, unknown>;
  return {
    value,
    spanOf: (path) => spanAt(find(root, path).value),
    keySpanOf: (path) => spanAt(find(root, path).key),
    sourceOf: (path) => {
      const { node } = find(root, path);
      return isScalar(node) && node.type === "PLAIN" ? node.source : undefined;
    },
    diagnostics,
  };
}

/** A left-out value: `key:` with nothing after it. */
function isEmpty(node: unknown): boolean {
  return node === null || node === undefined || (isScalar(node) && node.value === null && !node.source);
}

/** Plain data of a node. The first of two equal keys holds; the second is added to `diagnostics`. */
function plainOf(node: unknown, spanAt: SpanAt, diagnostics: Diagnostic[]): unknown {
  if (isScalar(node)) return node.value;
  if (isSeq(node)) return node.items.map((item) => plainOf(item, spanAt, diagnostics));
  if (!isMap(node)) return null;
  const object: Record<string, unknown> = {};
  for (const pair of node.items) {
    const key = keyOf(pair);
    const at = spanAt(offsetOf(pair.key));
    if (key === undefined) {
      diagnostics.push(
        diagnostic("spec/not-plain", at, {
          what: "a list or mapping as a key",
          fix: "write a text as the key",
        }),
      );
    } else if (Object.hasOwn(object, key)) {
      diagnostics.push(diagnostic("spec/duplicate-key", at, { key: shortened(key) }));
    } else {
      const value = plainOf(pair.value, spanAt, diagnostics);
      Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
    }
  }
  return object;
}

/** A key as it is shown to a person: whole, or its beginning where it is longer than any real key. */
export function shortened(key: string): string {
  return key.length > 60 ? `${key.slice(0, 60)}…` : key;
}

/** A key's text as written, so that 0123 keeps its zero. Undefined for a key that is itself a list or mapping. */
function keyOf(pair: Pair): string | undefined {
  if (pair.key === null) return "";
  if (!isScalar(pair.key)) return undefined;
  return typeof pair.key.value === "string" ? pair.key.value : (pair.key.source ?? String(pair.key.value));
}

function offsetOf(node: unknown): number {
  return (node as Node | null)?.range?.[0] ?? 0;
}

/** Places of a path's value and key, and the node itself where the whole path exists. */
function find(root: Node, path: Path): { value: number; key: number; node: unknown } {
  let found: { value: number; key: number; node: unknown } = {
    value: offsetOf(root),
    key: offsetOf(root),
    node: root,
  };
  for (const part of path) {
    const inner = step(found.node, part);
    if (inner === undefined) return { ...found, key: found.value, node: undefined };
    found = inner;
  }
  return found;
}

function step(node: unknown, part: string | number): ReturnType<typeof find> | undefined {
  if (isSeq(node)) {
    const item = typeof part === "number" ? node.items[part] : undefined;
    return item === undefined ? undefined : { value: offsetOf(item), key: offsetOf(item), node: item };
  }
  const pair = isMap(node) ? node.items.find((item) => keyOf(item) === String(part)) : undefined;
  if (pair === undefined) return undefined;
  const key = offsetOf(pair.key);
  return { value: isEmpty(pair.value) ? key : offsetOf(pair.value), key, node: pair.value };
}
