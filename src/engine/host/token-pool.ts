import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { TokenMaker } from "./mac.ts";
import type { MessageBlock } from "./message-block.ts";

/** Computes blocks of tokens, here or in other threads. Results come in any order, each to its own promise. */
export interface TokenPool {
  readonly tokens: (block: MessageBlock) => Promise<Uint8Array>;
  readonly close: () => Promise<void>;
}

/** Below this, starting threads costs more than they save. */
const rowsWorthThreads = 200_000;

/** Run from TypeScript sources there is no built worker file; the work is then done in this thread. */
const workerFile = import.meta.url.endsWith(".js")
  ? new URL("./token-worker.js", import.meta.url)
  : undefined;

/** A pool for that many rows. The key is copied where needed, and each copy is zeroed at the end. */
export async function openTokenPool(key: Buffer, rows: number): Promise<TokenPool> {
  if (workerFile === undefined || rows < rowsWorthThreads) return localPool(key);
  const threads = [new TokenThread(workerFile, key), new TokenThread(workerFile, key)];
  await Promise.all(threads.map((thread) => thread.ready));
  let next = 0;
  return {
    tokens: (block) => {
      const thread = threads[next++ % threads.length] as TokenThread;
      return thread.send(block);
    },
    close: async () => {
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}

function localPool(key: Buffer): TokenPool {
  const maker = new TokenMaker(key);
  return {
    tokens: (block) => Promise.resolve(maker.tokens(block.bytes, block.count)),
    close: () => Promise.resolve(maker.close()),
  };
}

/** One worker; it answers in the order it was asked. */
class TokenThread {
  readonly ready: Promise<unknown>;
  readonly #worker: Worker;
  readonly #waiting: { resolve: (tokens: Uint8Array) => void; reject: (error: Error) => void }[] = [];

  constructor(file: URL, key: Buffer) {
    this.#worker = new Worker(file);
    this.ready = once(this.#worker, "online");
    const copy = new Uint8Array(key);
    this.#worker.postMessage({ key: copy }, [copy.buffer]);
    this.#worker.on("message", (tokens: Uint8Array) => this.#waiting.shift()?.resolve(tokens));
    this.#worker.on("error", (error) => {
      for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
    });
  }

  send(block: MessageBlock): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(block, [block.bytes.buffer]);
    });
  }

  async close(): Promise<void> {
    const ended = once(this.#worker, "exit");
    this.#worker.postMessage({ close: true });
    await ended;
  }
}
