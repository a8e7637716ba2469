import { message } from "../message.ts";

/** Runs, the workspace and its lock. */
export const runMessages = {
  "run/no-workspace": message(
    "usage",
    "The command works in a workspace, and neither this folder nor one above it holds a dars.yaml.",
    () => "no dars.yaml here or in a folder above",
    () => "change into a workspace, name one with --workspace, or make one: dars init <folder>",
  ),
  "run/not-empty": message(
    "usage",
    "A new workspace or output folder is wanted where something already stands; nothing is overwritten.",
    () => "the folder exists and is not empty",
    () => "name a new folder, or empty this one yourself",
  ),
  "run/locked": message(
    "locked",
    "Another process works in this workspace. Two writers at once could both take one release number.",
    (p: { pid: number; since: string }) => `process ${p.pid} has been working here since ${p.since}`,
    () => "wait until it ends; the lock of a process that has died is taken over by itself",
  ),
  "run/no-release": message(
    "inputMissing",
    "A step reads a data set, or a year of it, of which the store holds no release on that date.",
    (p: { dataSet: string; wanted: string }) => `the store holds no release of ${p.dataSet} for ${p.wanted}`,
    (p) => `take its supplier file in with: dars ingest --dataset ${p.dataSet} FILE`,
  ),
  "run/no-ledger": message(
    "inputMissing",
    "A product reads a ledger of persons that no run has written yet.",
    (p: { ledger: string }) => `no ledger "${p.ledger}" exists yet`,
    (p) => `first run the pipeline whose identify step writes the ledger "${p.ledger}"`,
  ),
  "run/not-identified": message(
    "inputMissing",
    "A product reads records to which no version of the ledger has given a person; they would be left out in silence.",
    (p: { ledger: string; what: string }) => `no version of the ledger "${p.ledger}" knows ${p.what}`,
    (p) => `run the pipeline of the ledger "${p.ledger}" again, for the same --period and --as-at`,
  ),
  "run/step-failed": message(
    "stepFailed",
    "A step ended with an error of the database or the system. What was done before it is kept.",
    (p: { step: string; detail: string }) => `step "${p.step}" failed: ${p.detail}`,
    () => "remove the cause, then go on with: dars run FILE --resume",
  ),
  "run/disk-full": message(
    "stepFailed",
    "The disk has no room for what is being written. Nothing half-written is visible.",
    (p: { step: string }) => `step "${p.step}" ran out of disk space`,
    () => "free some space (spilled data goes to engine.temp in dars.yaml), then: dars run FILE --resume",
  ),
  "run/out-of-memory": message(
    "stepFailed",
    "The work does not fit into the memory that dars.yaml allows, though it spills to disk what it can.",
    (p: { what: string }) => `${p.what} needs more memory than it may have`,
    () => "raise engine.memory in dars.yaml, then give the command again",
  ),
  "run/system": message(
    "stepFailed",
    "The system does not allow a file to be read or written. The message names the path, and no data.",
    (p: { reason: string }) => p.reason,
    () => "see to the disk and its permissions, then give the command again",
  ),
  "run/interrupted": message(
    "interrupted",
    "The run was interrupted. Finished steps are kept, and the run can be resumed.",
    () => "interrupted",
    () => "go on with: dars run FILE --resume",
  ),
  "run/nothing-to-resume": message(
    "usage",
    "--resume was given, but no run of this pipeline is unfinished.",
    (p: { pipeline: string }) => `no run of "${p.pipeline}" is unfinished`,
    () => "run it without --resume",
  ),
  "run/unknown-run": message(
    "inputMissing",
    "The run named does not exist in this workspace.",
    (p: { run: string }) => `there is no run "${p.run}"`,
    () => "list the runs with: dars runs list",
  ),
  "run/input-changed": message(
    "inputMissing",
    "A file of the store or of an earlier step is missing or no longer has the bytes that were committed.",
    (p: { file: string }) => `${p.file} is missing or was changed after it was committed`,
    () => "restore the file from a backup, or take the supplier file in again",
  ),
};
