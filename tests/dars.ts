import { spawn } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a finished command left. */
export interface Outcome {
  readonly exit: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

const bin = join(import.meta.dirname, "..", "bin", "dars.js");

/** Runs the built command in a folder and waits for its end. `watch` sees stderr as it comes and may kill the process. */
export async function dars(
  cwd: string,
  args: readonly string[],
  watch?: (stderr: string, kill: (signal: NodeJS.Signals) => void) => void,
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  return await new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...args], {
      cwd,
      env: { ...process.env, NO_COLOR: "1", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
      watch?.(stderr, (signal) => child.kill(signal));
    });
    child.on("error", reject);
    child.on("close", (exit, signal) => resolve({ exit, signal, stdout, stderr }));
  });
}

/** The JSON that a command prints with --json. */
export async function darsJson<T>(cwd: string, args: readonly string[]): Promise<T> {
  const outcome = await dars(cwd, [...args, "--json"]);
  if (outcome.exit !== 0)
    throw new Error(`dars ${args.join(" ")} ended with ${outcome.exit}:\n${outcome.stderr}`);
  return JSON.parse(outcome.stdout) as T;
}

/** A new folder of this test's own. */
export async function scratch(name: string): Promise<string> {
  return await mkdtemp(join(tmpdir(), `dars-${name}-`));
}
