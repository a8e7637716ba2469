import { link, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { refuse } from "../base/diagnostics.ts";

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly since: string;
  /** Kernel start time of the process, where the system tells it, so that a reused pid is not mistaken for the holder. */
  readonly started: string | null;
}

/**
 * Runs work as the only writer of a workspace. The lock of a process that has died is taken over.
 *
 * Errors: run/locked (exit 5) while another process holds it.
 */
export async function withLock<T>(runsFolder: string, now: string, work: () => Promise<T>): Promise<T> {
  await mkdir(runsFolder, { recursive: true });
  const path = join(runsFolder, "lock");
  await takeLock(path, now);
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function takeLock(path: string, now: string): Promise<void> {
  const self: Holder = {
    pid: process.pid,
    host: hostname(),
    since: now,
    started: await startTime(process.pid),
  };
  const claim = `${path}.${process.pid}`;
  await writeFile(claim, JSON.stringify(self), "utf8");
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      if (await claimed(claim, path)) return;
      const holder = await readHolder(path);
      if (holder !== undefined && (await isAlive(holder))) {
        refuse("run/locked", { file: path }, { pid: holder.pid, since: holder.since });
      }
      // Moved aside before it is removed: of two that find a dead holder, only one can move its lock.
      await rename(path, `${claim}.stale`).catch(() => undefined);
      await rm(`${claim}.stale`, { force: true });
    }
  } finally {
    await rm(claim, { force: true });
  }
  refuse("run/locked", { file: path }, { pid: 0, since: now });
}

/** A link is made whole or not at all, so nobody ever reads a half-written lock. */
async function claimed(claim: string, path: string): Promise<boolean> {
  try {
    await link(claim, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Holder;
  } catch {
    return undefined;
  }
}

async function isAlive(holder: Holder): Promise<boolean> {
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return holder.started === null || holder.started === (await startTime(holder.pid));
}

async function startTime(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}
