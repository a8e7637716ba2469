import { message } from "../message.ts";

/** Runs, the workspace and its lock. */
export const runMessages = {
  "run/locked": message(
    "locked",
    "Another process works in this workspace. Two writers at once could both take one release number.",
    (p: { pid: number; since: string }) => `process ${p.pid} has been working here since ${p.since}`,
    () => "wait until it ends",
  ),
};
