import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Part } from "../../../model/linkage/block/blocks.ts";
import { doJob, type Job, type JobOf, type JobResults } from "../../../model/linkage/jobs.ts";

/** Run from TypeScript sources there is no built worker file; the work is then done in this thread. */
const workerFile = import.meta.url.endsWith(".js") ? new URL("./link-worker.js", import.meta.url) : undefined;

/** Pairs below which starting threads costs more than they save. */
const pairsWorthThreads = 500_000;

/** Pairs that blocking rules make of a record, to begin with. */
export const pairsPerRecord = 20;

/** Threads that do jobs side by side; they start when the first work that is worth it is in sight. */
export class Threads {
  readonly #count: number;
  #workers: Worker[] | undefined;

  constructor(count: number) {
    this.#count = count;
  }

  /** The parts in which work on so many pairs is shared out. */
  parts(pairs: number): Part[] {
    const of = workerFile === undefined || pairs < pairsWorthThreads ? 1 : this.#count;
    return Array.from({ length: of }, (_, index) => ({ index, of }));
  }

  /** Starts the threads that work on so many pairs will want, while other things are still to be done. */
  startFor(pairs: number): void {
    if (this.parts(pairs).length > 1) this.#started();
  }

  #started(): readonly Worker[] {
    this.#workers ??= Array.from({ length: this.#count }, () => new Worker(workerFile as URL));
    return this.#workers;
  }

  /**
   * Does a job for each part; a single one in this thread. Results in the parts' order; `done` is told each as it comes.
   */
  async each<K extends Job["kind"]>(
    parts: readonly Part[],
    jobOf: (part: Part) => JobOf<K>,
    done: (part: Part, result: JobResults[K]) => Promise<void> = async () => undefined,
  ): Promise<JobResults[K][]> {
    const results: JobResults[K][] = [];
    const told: Promise<void>[] = [];
    const keep = (i: number, result: JobResults[K]) => {
      results[i] = result;
      told.push(done(parts[i] as Part, result));
    };
    if (workerFile === undefined || parts.length === 1) {
      for (const [i, part] of parts.entries()) keep(i, doJob(jobOf(part)));
    } else {
      // Whoever is free takes the next one.
      const queue = parts.entries();
      const work = async (worker: Worker) => {
        for (const [i, part] of queue) keep(i, await ask<K>(worker, jobOf(part)));
      };
      await Promise.all(this.#started().slice(0, parts.length).map(work));
    }
    await Promise.all(told);
    return results;
  }

  /** Ends the threads, whatever they do. */
  async close(): Promise<void> {
    await Promise.all((this.#workers ?? []).map((worker) => worker.terminate()));
    this.#workers = undefined;
  }
}

async function ask<K extends Job["kind"]>(worker: Worker, job: JobOf<K>): Promise<JobResults[K]> {
  worker.postMessage(job);
  const [result] = (await once(worker, "message")) as [JobResults[K]];
  return result;
}
