import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/** What a program took, from its start to its end, and what it printed. */
export interface Program {
  readonly seconds: number;
  /** Of all its threads; not of programs that it starts. Last read some hundredths of a second before its end. */
  readonly cpuSeconds: number;
  readonly peakMb: number;
  readonly stdout: string;
}

/** How often a program is looked at, in milliseconds. */
const interval = 20;

/** Kernel ticks in a second, as Linux tells processor time in them. */
const ticks = 100;

/** Runs a program to its end. Throws with the end of what it told where it fails. Linux alone tells its memory. */
export async function runProgram(command: string, args: readonly string[], cwd: string): Promise<Program> {
  const began = performance.now();
  const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr, peakMb, cpuSeconds] = ["", "", 0, 0];
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const look = () => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
      peakMb = Math.max(peakMb, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
      const stat = readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
      cpuSeconds = (Number(stat[11] ?? 0) + Number(stat[12] ?? 0)) / ticks;
    } catch {
      // It has ended.
    }
  };
  const timer = setInterval(look, interval);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  }).finally(() => clearInterval(timer));
  if (code !== 0) throw new Error(`${command} ended with exit code ${code}: ${stderr.slice(-2000)}`);
  return { seconds: (performance.now() - began) / 1000, cpuSeconds, peakMb, stdout };
}
