import { diagnostic, InvariantError, Refusal } from "../../base/diagnostics.ts";
import { EngineError } from "../engine-error.ts";

const systemReasons: Readonly<Record<string, string>> = {
  ENOENT: "a file that it needs is missing",
  EACCES: "it may not read or write a file that it needs",
  EPERM: "it may not read or write a file that it needs",
  EROFS: "the disk is read-only",
  EFBIG: "a file would become larger than the system allows",
  EMFILE: "too many files are open",
};

/** What ended a run, told to a person without the engine's own text. A bug stays a bug. */
export function failureOf(error: unknown, step: string, file: string, interrupted: boolean): Refusal {
  if (error instanceof InvariantError) throw error;
  const at = { file };
  if (interrupted) return new Refusal([diagnostic("run/interrupted", at, {})]);
  if (error instanceof Refusal) return error;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOSPC" || (error instanceof EngineError && error.isDiskFull)) {
    return new Refusal([diagnostic("run/disk-full", at, { step })]);
  }
  if (error instanceof EngineError && error.isOutOfMemory) {
    return new Refusal([diagnostic("run/out-of-memory", at, { what: `step "${step}"` })]);
  }
  if (error instanceof EngineError) {
    return new Refusal([diagnostic("run/step-failed", at, { step, detail: error.message })]);
  }
  if (code !== undefined) {
    return new Refusal([diagnostic("run/step-failed", at, { step, detail: systemReasons[code] ?? code })]);
  }
  throw error;
}
