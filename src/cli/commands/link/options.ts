import { refuse } from "../../../base/diagnostics.ts";
import type { EngineBounds } from "../../../engine/engine-bounds.ts";
import type { CommonOptions } from "../../command.ts";

/** What every verb that works on files may use. */
export interface EngineOptions extends CommonOptions {
  readonly memory?: string;
  readonly threads?: string;
}

/** How the options that bound the engine are declared. */
export const engineOptions = [
  ["--memory <size>", "bound of the process, such as 4GB (default: half of the machine's)"],
  ["--threads <n>", "threads (default: as many as there are processors)"],
] as const;

/** Bytes and threads of the options. Errors: spec/usage. */
export function engineOf({ memory, threads }: EngineOptions): EngineBounds {
  return { memoryBytes: memoryOf(memory), threads: threadsOf(threads) };
}

/** For an option that may be given more than once. */
export function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

/** The two sides of NAME=VALUE; undefined where there is no name. */
export function pairOf(text: string): [string, string] | undefined {
  const at = text.indexOf("=");
  return at < 1 ? undefined : [text.slice(0, at), text.slice(at + 1)];
}

/** The source and the file of --input NAME=FILE. Errors: spec/usage. */
export function inputOf(text: string): [string, string] {
  const fix = "write --input NAME=FILE";
  return pairOf(text) ?? refuse("spec/usage", { file: "--input" }, { detail: "no source is named", fix });
}

function memoryOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const found = /^(\d{1,6}(?:\.\d{1,3})?)(MB|GB)$/.exec(text);
  if (found === null)
    return refuse(
      "spec/usage",
      { file: "--memory" },
      { detail: "not a size", fix: 'write the size as "4GB" or "512MB"' },
    );
  return Math.round(Number(found[1]) * (found[2] === "GB" ? 1e9 : 1e6));
}

function threadsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  return refuse(
    "spec/usage",
    { file: "--threads" },
    { detail: "not a number of threads", fix: "write a whole number from 1" },
  );
}
