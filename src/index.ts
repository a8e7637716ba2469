/** The public API, by name. What is not here may change without notice. */
export { type Diagnostic, formatDiagnostic, Refusal } from "./base/diagnostics.ts";
export { exitCodes } from "./base/message.ts";
export { catalogue, dataSetOf } from "./catalogue/catalogue.ts";
export type { DataSet, Field, Shape } from "./catalogue/dataset.ts";
export type { EngineBounds } from "./engine/engine-bounds.ts";
export {
  type CountedQuality,
  type CurvePoint,
  type EvaluateLinkageRequest,
  type ExpectedErrors,
  evaluateLinkage,
  type LinkageEvaluation,
} from "./engine/evaluate-linkage.ts";
export { type ExplainedPair, type ExplainPairRequest, explainPair } from "./engine/explain-pair.ts";
export { type IngestResult, ingestFile } from "./engine/ingest/ingest-file.ts";
export type { IngestRequest } from "./engine/ingest/ingest-request.ts";
export { ingestWorkspace } from "./engine/ingest/workspace.ts";
export { initWorkspace } from "./engine/init-workspace.ts";
export { type LinkFilesRequest, type LinkFilesResult, linkFiles, trainModel } from "./engine/link-files.ts";
export { withLock } from "./engine/lock.ts";
export { type LoadedPipeline, loadPipeline } from "./engine/run/load-pipeline.ts";
export { planPipeline, runPipeline } from "./engine/run/run-pipeline.ts";
export type { RunRecord, StepReceipt } from "./engine/run/run-record.ts";
export type { RunProgress, RunRequest } from "./engine/run/run-request.ts";
export { readReleases } from "./engine/store.ts";
export {
  type SuggestedFile,
  type Suggestion,
  type SuggestRequest,
  suggestLinkage,
} from "./engine/suggest-linkage.ts";
export { verifyDelivery } from "./engine/verify.ts";
export { openWorkspace, type Workspace } from "./engine/workspace.ts";
export type { Comparison, Level, LevelTest } from "./model/linkage/model.ts";
export { type ReadyMade, readyMade } from "./model/linkage/ready-made.ts";
export {
  type ComparisonScore,
  type PairScore,
  type PairScorer,
  pairScorer,
  type RecordText,
  scorePair,
  type ValueFrequencies,
} from "./model/linkage/score/score-pair.ts";
export type { TrainedModel } from "./model/linkage/train/trained-model.ts";
export { current, type Release } from "./model/release.ts";
export type { Plan, PlanStep } from "./plan/plan.ts";
export type { Linkage } from "./steps/match/match-spec.ts";
