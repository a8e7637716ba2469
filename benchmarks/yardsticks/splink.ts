import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";

/** Where the scripts that run other engines stand, and the Python that has those engines. */
export const peers = resolve(process.env["DARS_PEERS"] ?? "../shared/peers");
export const python = process.env["DARS_PEERS_PYTHON"] ?? "python3";

/** Why Splink cannot be run here; undefined where it can. */
export function splinkIsMissing(): string | undefined {
  const { status } = spawnSync(python, ["-c", "import splink, splink_job"], { cwd: peers });
  return status === 0
    ? undefined
    : `no Splink: set DARS_PEERS to the folder of splink_job.py and DARS_PEERS_PYTHON to a Python that has Splink 5 (now ${python})`;
}

export const peerScript = (name: string): string => join(peers, name);

/** Whole jobs on people: how the script is told of each. */
export const splinkJobs = {
  guide: (rules: string) => ["--rules", rules],
  sampled: (rules: string) => ["--rules", rules, "--em-max-pairs", "1e6", "--max-pairs", "1e6"],
  given: (rules: string) => ["--model", peerScript(`models/people-${rules}.json`), "--fixed-model"],
} as const;
