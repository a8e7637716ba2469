import { workerData } from "node:worker_threads";
import { makeTokens, type TokenTask } from "./token-lines.ts";

const { task, key } = workerData as { readonly task: TokenTask; readonly key: Uint8Array };
await makeTokens(task, key);
