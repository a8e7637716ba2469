/** DuckDB's own classification of a failure; its text is dropped, as it quotes row values. */
interface Failure {
  readonly exception_type?: string;
  readonly position?: string;
  readonly exception_message?: string;
}

/** Error texts of these kinds speak of SQL and names alone, so they may be shown. */
const speaksOfNamesOnly = new Set(["Parser", "Binder", "Catalog"]);

/** A statement failed in the database. Keeps type and position, never the text that quotes row values. */
export class EngineError extends Error {
  readonly statement: string;
  readonly type: string;
  readonly isDiskFull: boolean;
  readonly isOutOfMemory: boolean;

  constructor(statement: string, error: unknown) {
    const failure = readFailure(error);
    const type = failure.exception_type ?? "Unknown";
    const detail = speaksOfNamesOnly.has(type) ? `: ${failure.exception_message ?? ""}` : "";
    super(`${statement}: the database gave a ${type} error${detail}`);
    this.name = "EngineError";
    this.statement = statement;
    this.type = type;
    this.isDiskFull = /no space left|disk is full|max_temp_directory_size|failed to offload/i.test(
      failure.exception_message ?? "",
    );
    this.isOutOfMemory = type === "Out of Memory" && !this.isDiskFull;
  }
}

function readFailure(error: unknown): Failure {
  const text = error instanceof Error ? error.message : "";
  try {
    return JSON.parse(text) as Failure;
  } catch {
    const [, type] = /^([A-Z][A-Za-z ]*?) Error/.exec(text) ?? [];
    return type === undefined ? {} : { exception_type: type };
  }
}
