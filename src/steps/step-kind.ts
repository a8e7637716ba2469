import type * as z from "zod";
import type { Diagnostic } from "../base/diagnostics.ts";
import type { SourceSpan } from "../base/span.ts";
import type { Json } from "../base/stable-json.ts";
import type { DataSet } from "../catalogue/dataset.ts";
import type { FinancialYear } from "../model/period.ts";
import type { Release } from "../model/release.ts";
import type { Agreement } from "../spec/agreement.ts";
import type { Operation, Scan } from "../sql/operation.ts";
import type { Column } from "../sql/type.ts";
import type { BagPlan, ClearedRecords } from "./bag.ts";

/**
 * What a step reads, by name, known from its specification alone.
 *
 * content, identity: the current releases of a data set, of some years, or one named release.
 * result: an output of an earlier step of the same pipeline.
 * ledger: an output of the newest version of a ledger that an identify step wrote.
 * predecessor: an output of this step's own previous version; no rows the first time; never part of the fingerprint.
 * list: a small file of one value a line, such as an opt-out list.
 * file: a CSV or Parquet file of records that somebody hands in, all its columns.
 */
export type InputRequest =
  | {
      readonly from: "content" | "identity";
      readonly dataSet: string;
      readonly years?: readonly FinancialYear[];
      readonly release?: number;
      /** Of customers' lists, the one that is meant. */
      readonly cohort?: string;
    }
  | { readonly from: "result"; readonly step: string; readonly output: string }
  | { readonly from: "ledger"; readonly ledger: string; readonly output: string }
  | { readonly from: "predecessor"; readonly output: string; readonly columns: readonly Column[] }
  | { readonly from: "list"; readonly file: string; readonly column: string }
  | {
      readonly from: "file";
      readonly file: string;
      readonly delimiter?: string;
      /** Where it is not UTF-8. */
      readonly encoding?: "cp1252" | "latin-1";
    };

/** An input, found: how to read it under its name, and where it comes from. */
export interface ResolvedInput {
  readonly scan: Scan;
  /** Releases behind content and identity, in the order of `current`. */
  readonly releases: readonly Release[];
}

/** All that a step may know when it compiles. Plain data: the same context compiles to the same operations. */
export interface StepContext {
  readonly stepId: string;
  readonly catalogue: readonly DataSet[];
  readonly inputs: Readonly<Record<string, ResolvedInput>>;
  readonly agreement: Agreement | undefined;
  readonly pipeline: { readonly name: string; readonly title: string };
  /** The month a run is for, and the date it is made for ("2024-05-31"). */
  readonly period: string | undefined;
  readonly asAt: string;
  /** Compiled earlier steps of the pipeline, for steps that pack what others made. */
  readonly earlier: Readonly<Record<string, CompiledStep>>;
}

/** What a check may look at: the specification with its places, before any data is read. */
export interface CheckContext {
  readonly catalogue: readonly DataSet[];
  readonly agreement: Agreement | undefined;
  /** The place of a key inside this step, for diagnostics: `at("tables", 0, "fields", 3)`. */
  readonly at: (...path: readonly (string | number)[]) => SourceSpan;
  /** Earlier steps' ids and kinds. */
  readonly earlier: Readonly<Record<string, string>>;
}

/** The inputs as found, the steps before as compiled, and the place of a key inside this step. */
export interface InputCheckContext extends Pick<CheckContext, "at">, Pick<StepContext, "earlier"> {
  readonly inputs: Readonly<Record<string, ResolvedInput>>;
}

/** A relation that a step leaves behind: files relative to its folder, all with these columns. */
export interface StepOutput {
  readonly columns: readonly Column[];
  readonly files: readonly string[];
}

/** A step, compiled: everything it will do, printable and hashable. */
export interface CompiledStep {
  readonly operations: readonly Operation[];
  readonly outputs: Readonly<Record<string, StepOutput>>;
  /** Record-level data that passed the gate, for a later step to pack. */
  readonly leaves?: ClearedRecords;
  /** Set by the one kind whose result leaves: what the bag holds, all of it cleared. */
  readonly bag?: BagPlan;
  /** Facts for the receipt and for `explain`, such as the rule set and its version. */
  readonly facts?: { readonly [key: string]: Json };
}

/** A file that a specification is written with, such as a trained model: what it says counts as written there. */
export interface Inclusion<Spec, Written> {
  /** The key of the step under which the file is named. */
  readonly key: string & keyof Written;
  readonly complete: (
    written: Written,
    included: { readonly text: string; readonly file: string } | undefined,
    context: Pick<CheckContext, "at">,
  ) => { readonly spec: Spec } | { readonly diagnostics: readonly Diagnostic[] };
}

/** Everything that others may know of a kind of step. A new kind is one folder and one line of the registry. */
export interface StepKind<Spec, Written = Spec> {
  readonly kind: string;
  readonly about: string;
  readonly schema: z.ZodType<Written>;
  /** Absent where a specification is whole as it is written. */
  readonly inclusion?: Inclusion<Spec, Written>;
  /** links: kept as a numbered version; work: kept until what needs it is done; deliveries: the bag itself. */
  readonly home: "links" | "work" | "deliveries";
  /** The name of the chain of versions, where it is not `<pipeline>.<step>`. */
  readonly chain?: (spec: Spec) => string;
  readonly inputs: (
    spec: Spec,
    context: Pick<CheckContext, "agreement" | "catalogue">,
  ) => Readonly<Record<string, InputRequest>>;
  readonly check: (spec: Spec, context: CheckContext) => readonly Diagnostic[];
  /** What can be wrong once it is known what the inputs are; no data is read. */
  readonly checkInputs?: (spec: Spec, context: InputCheckContext) => readonly Diagnostic[];
  readonly compile: (spec: Spec, context: StepContext) => CompiledStep;
}

/** A kind whose specification's type is forgotten, as the registry holds it. What its schema read, its functions take. */
export type AnyStepKind = Omit<StepKind<never>, "schema" | "inclusion"> & {
  readonly schema: z.ZodType;
  readonly inclusion?: Omit<Inclusion<unknown, never>, "key"> & { readonly key: string };
};
