import { join } from "node:path";
import { ingestFile } from "../src/engine/ingest/ingest-file.ts";
import { Session } from "../src/engine/session.ts";
import { visits } from "./ingest-lab.ts";

/** Takes a file in and kills its own process as soon as it reaches a stage: `ingest-die.ts FOLDER FILE STAGE`. */
const [folder = "", file = "", stage = ""] = process.argv.slice(2);

await ingestFile(
  { file },
  {
    store: join(folder, "store"),
    catalogue: [visits],
    now: "2024-06-01T09:00:00Z",
    openSession: async ({ name }) =>
      await Session.open({ threads: 1, memoryBytes: 2 ** 30, spillFolder: join(folder, "spill", name) }),
    onStage: (reached) => {
      if (reached === stage) process.kill(process.pid, "SIGKILL");
    },
  },
);
