import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** One measured run of one side of a benchmark, in a process of its own. */
export interface Run {
  readonly seconds: number;
  readonly peakMb: number;
  /** What the run made, for the comparison of both sides. */
  readonly made: string;
}

/** What a benchmark's two sides took, side by side in one session of the machine. */
export interface Measurement {
  readonly suite: string;
  readonly size: string;
  readonly work: string;
  readonly rows: number;
  readonly ours_s: number;
  readonly yardstick_s: number;
  readonly ratio: number;
  readonly peak_mb: number;
  readonly versions: { readonly dars: string; readonly engine: string; readonly node: string };
}

const child = fileURLToPath(new URL("./child.js", import.meta.url));

/** Runs one side once in a fresh process, so that its time and its peak memory are its own. */
export async function runSide(suite: string, side: string, folder: string, turn: number): Promise<Run> {
  const args = [child, suite, side, folder, String(turn)];
  return await new Promise((resolve, reject) => {
    const process_ = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    process_.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    process_.on("error", reject);
    process_.on("close", (code) => {
      if (code === 0) resolve(JSON.parse(output.trim().split("\n").at(-1) ?? "{}") as Run);
      else reject(new Error(`${suite} ${side} ended with exit code ${code}`));
    });
  });
}

/** The middle value; of an even count, the lower of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}
