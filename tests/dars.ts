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

/** How a command is started, where it matters. */
export interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  /** The user it runs as; only root may ask for another one. */
  readonly uid?: number;
  /** Shell text that comes before it, such as `ulimit -f 64`. */
  readonly before?: string;
}

const bin = join(import.meta.dirname, "..", "bin", "dars.js");

/** Runs the built command in a folder and waits for its end. `watch` sees stderr as it comes and may kill the process. */
export async function dars(
  cwd: string,
  args: readonly string[],
  watch?: (stderr: string, kill: (signal: NodeJS.Signals) => void) => void,
  surroundings: Surroundings = {},
): Promise<Outcome> {
  const { env, uid, before } = surroundings;
  const command = [process.execPath, bin, ...args];
  const [program = "", ...rest] =
    before === undefined ? command : ["sh", "-c", `${before}; exec "$@"`, "sh", ...command];
  return await new Promise((resolve, reject) => {
    const child = spawn(program, rest, {
      cwd,
      env: { ...process.env, NO_COLOR: "1", ...env },
      stdio: ["ignore", "pipe", "pipe"],
      ...(uid === undefined ? {} : { uid, gid: uid }),
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
  const outcome = mustEnd(await dars(cwd, [...args, "--json"]), 0);
  return JSON.parse(outcome.stdout) as T;
}

/** Stops a test whose preparation went wrong, with what the command said. */
export function mustEnd(outcome: Outcome, exit: number): Outcome {
  if (outcome.exit === exit) return outcome;
  const ended = outcome.signal ?? `exit ${outcome.exit}`;
  throw new Error(`wanted exit ${exit}, got ${ended}:\n${outcome.stdout}\n${outcome.stderr}`);
}

/** A new folder of this test's own. */
export async function scratch(name: string): Promise<string> {
  return await mkdtemp(join(tmpdir(), `dars-${name}-`));
}
