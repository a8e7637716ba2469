import * as z from "zod";
import { type Diagnostic, diagnostic, nearest } from "../../base/diagnostics.ts";
import { sha256 } from "../../base/hash.ts";
import { type Json, stableJson } from "../../base/stable-json.ts";
import type { ClkPlan } from "../../model/linkage/encode/clk-plan.ts";
import {
  type Expression,
  expressionText,
  isList,
  parseExpression,
} from "../../model/linkage/expression/expression.ts";
import { type ReadSpec, readSpec } from "../../spec/read.ts";
import { name } from "../../spec/values.ts";

/** What is wrong with a text as one value of a record. */
function valueProblem(text: string): string | undefined {
  const { expression, problem } = parseExpression(text);
  return expression !== undefined && isList(expression) ? "a list is no value to encode" : problem;
}

const value = z.string().refine((text) => valueProblem(text) === undefined, {
  error: (issue) => valueProblem(String(issue.input)) ?? "it is no expression",
});

const part = z.strictObject({
  value: value.describe("A column of the file, or an expression over columns."),
  q: z.int().min(1).max(4).default(2).describe("Characters of a gram."),
  positional: z.boolean().default(false).describe("Whether grams count only at their place: for dates."),
  bits: z.int().min(8).max(1000).default(200).describe("About how many bits the value sets."),
});

/** What `dars link encode` is told: the same file for all parties of a linkage. */
export const encodingSchema = z.strictObject({
  version: z.literal(1).describe("Version of this kind of file."),
  encoding: z
    .string()
    .min(1, "a linkage has a name")
    .max(100, "a name has at most 100 characters")
    .describe(
      "The linkage that files are encoded for: other linkages have other tokens, under the same key.",
    ),
  tokens: z
    .record(name, z.union([value, z.array(value).min(1)]))
    .default({})
    .describe("Columns NAME_token: equal where all these values are."),
  clks: z
    .record(name, z.union([value, z.array(z.union([value, part])).min(1)]))
    .default({})
    .describe("Columns NAME_clk: bit vectors, the more alike the more alike the values."),
  length: z
    .union([z.literal(256), z.literal(512), z.literal(1024), z.literal(2048), z.literal(4096)])
    .default(1024)
    .describe("Bits of a CLK; a balanced one has twice as many."),
  hardening: z
    .strictObject({
      fold: z
        .boolean()
        .default(false)
        .describe("Halves of a filter twice as long are added by exclusive or."),
      balance: z.boolean().default(false).describe("Each filter stands beside its complement, shuffled."),
      salt: value.optional().describe("A value that grams are hashed with, such as the year of birth."),
      blip: z
        .number()
        .gt(0, "ε is above 0")
        .max(20, "an ε above 20 flips nothing")
        .optional()
        .describe("ε: each bit is flipped with probability 1 / (1 + e^ε)."),
    })
    .prefault({}),
  samples: z
    .record(
      name,
      z.strictObject({
        keys: z.int().min(1).max(200).default(30).describe("How many samples."),
        bits: z.int().min(4).max(64).default(24).describe("Bits of each."),
      }),
    )
    .default({})
    .describe("Columns NAME_keys: samples of a CLK's bits, to block by."),
});

type WrittenEncoding = z.infer<typeof encodingSchema>;

/** A value of a record: its expression, and the text that both parties write alike. */
export interface EncodedValue {
  readonly expression: Expression;
  readonly text: string;
}

export interface EncodedToken {
  readonly name: string;
  readonly values: readonly EncodedValue[];
}

export interface EncodedClk {
  readonly name: string;
  readonly values: readonly EncodedValue[];
  readonly plan: ClkPlan;
}

/** What files of one linkage are encoded to. */
export interface EncodingSpec {
  readonly encoding: string;
  readonly tokens: readonly EncodedToken[];
  readonly clks: readonly EncodedClk[];
  readonly salt?: EncodedValue | undefined;
  /** A short name of all that decides an encoding, beside the key: other settings have another. */
  readonly settings: string;
}

/**
 * Reads an encoding's specification.
 *
 * Errors: as `readSpec`; spec/missing-key where nothing is to be encoded, spec/unknown-name for samples of no CLK.
 */
export function parseEncoding(text: string, file: string): ReadSpec<EncodingSpec> {
  const { value: written, ...read } = readSpec(encodingSchema as z.ZodType<WrittenEncoding>, text, file);
  if (written === undefined) return { value: undefined, ...read };
  const wrong = [...nothingEncoded(written, read), ...samplesOfNone(written, read)];
  if (wrong.length > 0) return { ...read, value: undefined, diagnostics: wrong };
  return { ...read, value: encodingOf(written) };
}

type Places = Pick<ReadSpec<unknown>, "spanOf">;

function nothingEncoded({ tokens, clks }: WrittenEncoding, { spanOf }: Places): Diagnostic[] {
  if (Object.keys(tokens).length + Object.keys(clks).length > 0) return [];
  return [diagnostic("spec/missing-key", spanOf([]), { key: "tokens" })];
}

function samplesOfNone({ clks, samples }: WrittenEncoding, { spanOf }: Places): Diagnostic[] {
  const known = Object.keys(clks);
  return Object.keys(samples).flatMap((its) =>
    known.includes(its)
      ? []
      : [
          diagnostic("spec/unknown-name", spanOf(["samples", its]), {
            what: "CLK",
            name: its,
            near: nearest(its, known),
            known,
          }),
        ],
  );
}

function encodingOf({ encoding, tokens, clks, length, hardening, samples }: WrittenEncoding): EncodingSpec {
  const { salt, ...hardened } = hardening;
  const made = {
    encoding,
    tokens: Object.entries(tokens).map(([its, values]) => ({
      name: its,
      values: (typeof values === "string" ? [values] : values).map(encodedValue),
    })),
    clks: Object.entries(clks).map(([its, written]): EncodedClk => {
      const parts = (typeof written === "string" ? [written] : written).map((one) => part.parse(partOf(one)));
      const plan: ClkPlan = {
        ...hardened,
        parts: parts.map(({ value: _, ...shape }) => shape),
        length,
        isSalted: salt !== undefined,
        ...(samples[its] === undefined ? {} : { samples: samples[its] }),
      };
      return { name: its, values: parts.map((one) => encodedValue(one.value)), plan };
    }),
    salt: salt === undefined ? undefined : encodedValue(salt),
  };
  return { ...made, settings: settingsOf(made) };
}

function partOf(written: string | z.input<typeof part>): z.input<typeof part> {
  return typeof written === "string" ? { value: written } : written;
}

function encodedValue(text: string): EncodedValue {
  const { expression } = parseExpression(text);
  return { expression: expression as Expression, text: expressionText(expression as Expression) };
}

/** Characters of a settings' name: 64 bits. */
const nameLength = 16;

function settingsOf({ encoding, tokens, clks, salt }: Omit<EncodingSpec, "settings">): string {
  const texts = (values: readonly EncodedValue[]) => values.map(({ text }) => text);
  const settings = {
    scheme: "link/v1",
    encoding,
    tokens: Object.fromEntries(tokens.map(({ name: its, values }) => [its, texts(values)])),
    clks: Object.fromEntries(clks.map(({ name: its, values, plan }) => [its, { of: texts(values), plan }])),
    salt: salt?.text ?? null,
  };
  return sha256(stableJson(settings as unknown as Json)).slice(0, nameLength);
}
