import { nearest, refuse } from "../../base/diagnostics.ts";
import { type MatchSpec, plans } from "../../steps/match/match-spec.ts";
import type { LoadedPipeline } from "./load-pipeline.ts";

/**
 * A pipeline whose match steps score their pairs by a named plan, whatever they say themselves; itself where none is
 * named. Errors: spec/unknown-name; spec/usage where no step is a match.
 */
export function withPlan(loaded: LoadedPipeline, name: string | undefined): LoadedPipeline {
  if (name === undefined) return loaded;
  const at = { file: "--plan" };
  const plan = plans.find((its) => its === name);
  if (plan === undefined) {
    return refuse("spec/unknown-name", at, { what: "plan", name, near: nearest(name, plans), known: plans });
  }
  const { pipeline } = loaded;
  if (pipeline.steps.every(({ kind }) => kind !== "match")) {
    const fix = "leave --plan out";
    return refuse("spec/usage", at, { detail: "no step of the pipeline links by a model", fix });
  }
  const steps = pipeline.steps.map((step) =>
    step.kind === "match" ? { ...step, spec: { ...(step.spec as MatchSpec), plan } } : step,
  );
  return { ...loaded, pipeline: { ...pipeline, steps } };
}
