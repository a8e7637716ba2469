import { workerData } from "node:worker_threads";
import { type ClkTask, makeClks } from "./clk-lines.ts";

const { task, key } = workerData as { readonly task: ClkTask; readonly key: Uint8Array };
await makeClks(task, key);
