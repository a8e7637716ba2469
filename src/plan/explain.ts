import type { Json } from "../base/stable-json.ts";
import { duckdb } from "../sql/duckdb.ts";
import type { Operation } from "../sql/operation.ts";
import { operationSql } from "../sql/operation-sql.ts";
import { spark } from "../sql/spark.ts";
import type { PlanStep } from "./plan.ts";

/** One operation as an engine would run it. A host operation's SQL is what it reads. */
interface ExplainedOperation {
  readonly kind: Operation["kind"];
  readonly id: string;
  readonly sql: string;
}

export interface ExplainedStep {
  readonly step: string;
  readonly kind: string;
  /** What a step says of itself beside its statements, such as what its comparisons stand for. */
  readonly facts: Json;
  readonly operations: readonly ExplainedOperation[];
}

/** The operations of a planned step and their SQL in a dialect: the same text that a run sends. */
export function explainStep(step: PlanStep, dialect: "duckdb" | "spark"): ExplainedStep {
  const operations = step.compiled.operations.map((operation) => ({
    kind: operation.kind,
    id: operation.id,
    sql: operationSql(operation, dialect === "spark" ? spark : duckdb),
  }));
  return { step: step.id, kind: step.kind, facts: step.compiled.facts ?? null, operations };
}
