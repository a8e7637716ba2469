import { closest, distance } from "fastest-levenshtein";
import { type ExitCode, exitCodes, type Message } from "./message.ts";
import { agreementMessages } from "./messages/agreement.ts";
import { deliveryMessages } from "./messages/delivery.ts";
import { ingestMessages } from "./messages/ingest.ts";
import { linkMessages } from "./messages/link.ts";
import { runMessages } from "./messages/run.ts";
import { specMessages } from "./messages/spec.ts";
import { compareSpans, formatSpan, type SourceSpan } from "./span.ts";

/** Every mistake a person can correct, by code `area/kebab-case`. A released code is never reused. */
export const messages = {
  ...specMessages,
  ...ingestMessages,
  ...agreementMessages,
  ...linkMessages,
  ...runMessages,
  ...deliveryMessages,
} satisfies Record<string, Message>;

export type DiagnosticCode = keyof typeof messages;

/** What a code's text needs to know. */
type MessageParams<C extends DiagnosticCode> = Parameters<(typeof messages)[C]["what"]>[0];

/** A mistake, told to a person: what, where, how to fix, and the code to search for. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly at: SourceSpan;
  readonly what: string;
  readonly fix: string;
}

export function diagnostic<C extends DiagnosticCode>(
  code: C,
  at: SourceSpan,
  params: MessageParams<C>,
): Diagnostic {
  const { what, fix } = messages[code] as unknown as Record<
    "what" | "fix",
    (params: MessageParams<C>) => string
  >;
  return { code, at, what: what(params), fix: fix(params) };
}

/** Three lines for a terminal: place and what, fix, code. */
export function formatDiagnostic(d: Diagnostic): string {
  return `${formatSpan(d.at)}  ${d.what}\n  fix: ${d.fix}\n  code: ${d.code}`;
}

/** Diagnostics by place, so that a person corrects a file from its top. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...diagnostics].sort((a, b) => compareSpans(a.at, b.at) || (a.code < b.code ? -1 : 1));
}

/** Work refused for reasons that people can act on. Carries every diagnostic of the phase that ended it. */
export class Refusal extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(sortDiagnostics(diagnostics).map(formatDiagnostic).join("\n"));
    this.name = "Refusal";
    this.diagnostics = sortDiagnostics(diagnostics);
  }

  /** A mistake in what was written outranks what it was refused for: it has to be mended first. */
  get exitCode(): ExitCode {
    const codes = this.diagnostics.map((d) => messages[d.code].exit);
    return codes.includes(exitCodes.usage) ? exitCodes.usage : (codes[0] ?? exitCodes.bug);
  }
}

/** Stop here with one diagnostic. */
export function refuse<C extends DiagnosticCode>(code: C, at: SourceSpan, params: MessageParams<C>): never {
  throw new Refusal([diagnostic(code, at, params)]);
}

/** A promise of our own code was broken: a bug, not the user's mistake. */
export class InvariantError extends Error {
  constructor(detail: string) {
    super(detail);
    this.name = "InvariantError";
  }
}

/** The known name that a misspelt one most likely meant; undefined when none is near. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const best = closest(
    name.toLowerCase(),
    known.map((k) => k.toLowerCase()),
  );
  const found = known.find((k) => k.toLowerCase() === best);
  return distance(name.toLowerCase(), best) <= Math.max(2, Math.floor(name.length / 3)) ? found : undefined;
}
