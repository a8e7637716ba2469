import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Made, Size } from "./suite.ts";

/** One measured run of one side, in a process of its own. */
export interface Run {
  /** From the first statement to the last; the start of the process and its modules is not in it, on either side. */
  readonly seconds: number;
  readonly peakMb: number;
  /** Of all threads: what another program on the machine changes least. */
  readonly cpuSeconds: number;
  /** What the run made, for the comparison of both sides. */
  readonly made: Made;
}

/** What a piece of work took on both sides, run by turns in one session of the machine. Medians. */
export interface Measurement {
  readonly suite: string;
  readonly size: Size;
  readonly work: string;
  readonly rows: number;
  readonly ours_s: number;
  readonly yardstick_s: number;
  readonly ratio: number;
  readonly peak_mb: number;
  /** Of the yardstick; 0 where there is none. */
  readonly yardstick_peak_mb: number;
  readonly versions: { readonly dars: string; readonly engine: string; readonly node: string };
}

const child = fileURLToPath(new URL("./child.js", import.meta.url));

/** What a child process is asked for. */
export type Task =
  | { readonly task: "prepare"; readonly suite: string; readonly size: Size }
  | {
      readonly task: "run";
      readonly suite: string;
      readonly size: Size;
      readonly work: string;
      readonly side: SideName;
    }
  | {
      readonly task: "compare";
      readonly suite: string;
      readonly size: Size;
      readonly work: string;
      readonly ours: Made;
      readonly yardstick: Made;
    };

export type SideName = "ours" | "yardstick";

/** Does a task in a fresh process, so that its time and its peak memory are its own. */
export async function inChild(task: Task): Promise<unknown> {
  return await new Promise((resolve, reject) => {
    const started = spawn(process.execPath, [child, JSON.stringify(task)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    started.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    started.on("error", reject);
    started.on("close", (code) => {
      if (code === 0) resolve(JSON.parse(output.trim().split("\n").at(-1) ?? "null"));
      else reject(new Error(`${task.task} of ${task.suite} ended with exit code ${code}`));
    });
  });
}

/** The middle value; of an even count, the lower of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}
