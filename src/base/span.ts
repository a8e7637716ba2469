/** A place in a text that a person wrote. Line and column count from 1; absent where the whole file is meant. */
export interface SourceSpan {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** `file:line:column`, as editors and terminals make clickable. */
export function formatSpan(at: SourceSpan): string {
  return [at.file, at.line, at.column].filter((part) => part !== undefined).join(":");
}

/** Order of places: by file name, then line, then column. */
export function compareSpans(a: SourceSpan, b: SourceSpan): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
