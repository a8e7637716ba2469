import * as z from "zod";
import { filePath, name } from "./values.ts";

/** What every step has, whatever its kind; the kind's own schema adds the rest. */
export const stepHead = {
  id: name.describe("The step's name within the pipeline."),
};

/** The head of a pipeline file. Its steps are read by the schemas of their kinds. */
export const pipelineHead = {
  version: z.literal(1).describe("Version of this kind of file."),
  pipeline: name.describe("The pipeline's name; its deliveries and versions are filed under it."),
  title: z.string().min(1).describe("What the pipeline makes."),
  agreement: filePath
    .optional()
    .describe("The agreement's file, relative to this one. Needed by whatever leaves."),
};

/** One step as read: its kind, and its own specification. */
export interface StepSpec {
  readonly id: string;
  readonly kind: string;
  readonly spec: unknown;
}

/** A pipeline as read from YAML: the person's words, checked for shape, names not yet resolved. */
export interface PipelineSpec {
  readonly version: 1;
  readonly pipeline: string;
  readonly title: string;
  readonly agreement?: string;
  readonly steps: readonly StepSpec[];
}
