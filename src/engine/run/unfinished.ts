import { refuse } from "../../base/diagnostics.ts";
import type { LoadedPipeline } from "./load-pipeline.ts";
import { type RunRecord, readRunRecords } from "./run-record.ts";

/** A pipeline's last run, which did not end well. Errors: run/nothing-to-resume. */
export async function unfinishedRun(
  runsFolder: string,
  { file, pipeline }: LoadedPipeline,
): Promise<RunRecord> {
  const records = await readRunRecords(runsFolder);
  const last = records.filter((record) => record.pipeline === pipeline.pipeline).at(-1);
  if (last !== undefined && last.state !== "done") return last;
  return refuse("run/nothing-to-resume", { file }, { pipeline: pipeline.pipeline });
}
