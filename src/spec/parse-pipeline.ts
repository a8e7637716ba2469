import * as z from "zod";
import { type Diagnostic, diagnostic, nearest, sortDiagnostics } from "../base/diagnostics.ts";
import type { SourceSpan } from "../base/span.ts";
import { type PipelineSpec, pipelineHead, type StepSpec, stepHead } from "./pipeline.ts";
import { readValue } from "./read.ts";
import { type LocatedYaml, type Path, parseYaml, shortened } from "./yaml.ts";

/** A pipeline as read. `pipeline` is absent when anything is wrong; `diagnostics` then holds all of it. */
export interface ParsedPipeline {
  readonly pipeline?: PipelineSpec;
  readonly spanOf: (path: Path) => SourceSpan;
  readonly diagnostics: readonly Diagnostic[];
}

/** What each kind of step takes beside `id` and `kind`, by the kind's name: a strict object. */
export type KindSchemas = Readonly<Record<string, z.ZodType>>;

const headSchema = z.strictObject({
  ...pipelineHead,
  steps: z.array(z.unknown()).min(1, "a pipeline has at least one step"),
});

const stepHeadSchema = z.object({ ...stepHead, kind: z.string() });

/**
 * Reads a pipeline: its head, and each step by the schema of its kind.
 *
 * Errors: as `readSpec`; spec/unknown-name for a kind that does not exist, spec/repeated-name for two steps of one id.
 * A step without a known kind is checked no further.
 */
export function parsePipeline(text: string, file: string, kinds: KindSchemas): ParsedPipeline {
  const yaml = parseYaml(text, file);
  const { spanOf } = yaml;
  if (yaml.value === undefined) return { spanOf, diagnostics: yaml.diagnostics };
  const head = readValue(headSchema, yaml.value, { yaml, base: [] });
  const written = Array.isArray(yaml.value["steps"]) ? (yaml.value["steps"] as readonly unknown[]) : [];
  const steps = written.map((step, index) => readStep(step, ["steps", index], yaml, kinds));
  const diagnostics = sortDiagnostics([
    ...yaml.diagnostics,
    ...head.diagnostics,
    ...steps.flatMap((step) => step.diagnostics),
    ...repeatedIds(written, yaml),
  ]);
  if (head.value === undefined || diagnostics.length > 0) return { spanOf, diagnostics };
  const { agreement, ...rest } = head.value;
  const read = steps.flatMap((step) => (step.value === undefined ? [] : [step.value]));
  return {
    pipeline: { ...rest, ...(agreement === undefined ? {} : { agreement }), steps: read },
    spanOf,
    diagnostics,
  };
}

function readStep(
  step: unknown,
  base: Path,
  yaml: LocatedYaml,
  kinds: KindSchemas,
): { value?: StepSpec; diagnostics: readonly Diagnostic[] } {
  const head = { diagnostics: readValue(stepHeadSchema, step, { yaml, base }).diagnostics };
  if (step === null || typeof step !== "object" || Array.isArray(step)) return head;
  const { id, kind, ...own } = step as Readonly<Record<string, unknown>>;
  if (typeof kind !== "string") return head;
  const schema = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (schema === undefined)
    return { diagnostics: [...head.diagnostics, unknownKind(kind, kinds, yaml.spanOf([...base, "kind"]))] };
  const spec = readValue(schema, own, { yaml, base, otherKeys: ["id", "kind"] });
  const diagnostics = [...head.diagnostics, ...spec.diagnostics];
  return diagnostics.length > 0
    ? { diagnostics }
    : { value: { id: String(id), kind, spec: spec.value }, diagnostics };
}

function unknownKind(kind: string, kinds: KindSchemas, at: SourceSpan): Diagnostic {
  const known = Object.keys(kinds);
  const params = { what: "kind of step", name: shortened(kind), near: nearest(kind, known), known };
  return diagnostic("spec/unknown-name", at, params);
}

function repeatedIds(steps: readonly unknown[], yaml: LocatedYaml): Diagnostic[] {
  const seen = new Set<unknown>();
  return steps.flatMap((step, index) => {
    const id = (step as { id?: unknown } | null)?.id;
    if (typeof id !== "string" || !seen.has(id)) {
      seen.add(id);
      return [];
    }
    const at = yaml.spanOf(["steps", index, "id"]);
    return [diagnostic("spec/repeated-name", at, { what: "step", name: shortened(id) })];
  });
}
