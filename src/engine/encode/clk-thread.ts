import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { type ClkTask, makeClks } from "./clk-lines.ts";

/** Run from TypeScript sources there is no built worker file; the work is then done in this thread. */
const workerFile = import.meta.url.endsWith(".js") ? new URL("./clk-worker.js", import.meta.url) : undefined;

/** Makes CLKs in a thread of its own. The key is copied there, and both copies are zeroed. */
export async function clksInThread(task: ClkTask, key: Uint8Array): Promise<void> {
  if (workerFile === undefined) return await makeClks(task, key);
  const worker = new Worker(workerFile, { workerData: { task, key } });
  key.fill(0);
  await once(worker, "exit");
}
