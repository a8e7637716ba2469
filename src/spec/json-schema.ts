import * as z from "zod";
import { InvariantError } from "../base/diagnostics.ts";
import { agreementSchema } from "./agreement.ts";
import type { KindSchemas } from "./parse-pipeline.ts";
import { pipelineHead, stepHead } from "./pipeline.ts";
import { workspaceSchema } from "./workspace.ts";

/** A JSON Schema (draft 2020-12) as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** For editors: what an agreement's file may hold. */
export function agreementJsonSchema(): JsonSchema {
  return titled("An agreement", toJson(agreementSchema));
}

/** For editors: what dars.yaml may hold. */
export function workspaceJsonSchema(): JsonSchema {
  return titled("dars.yaml", toJson(workspaceSchema));
}

/** For editors: what any other kind of file may hold. */
export function fileJsonSchema(title: string, schema: z.ZodType): JsonSchema {
  return titled(title, toJson(schema));
}

/** For editors: what a pipeline's file may hold. A step's keys follow from its `kind`. */
export function pipelineJsonSchema(kinds: KindSchemas): JsonSchema {
  const head = toJson(z.strictObject(pipelineHead));
  const { id } = propertiesOf(toJson(z.object(stepHead)));
  const kind = { type: "string", enum: Object.keys(kinds), description: "What the step does." };
  const ofKinds = Object.entries(kinds).map(([name, schema]) => ({ name, ...hoisted(name, toJson(schema)) }));
  const branches = ofKinds.map(({ name, schema }) => ({
    if: { properties: { kind: { const: name } }, required: ["kind"] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
    then: withHead(name, schema),
  }));
  const definitions = Object.assign({}, ...ofKinds.map((kind) => kind.definitions)) as JsonSchema;
  const step = { type: "object", properties: { id, kind }, required: ["id", "kind"], allOf: branches };
  return titled("A pipeline", {
    ...head,
    properties: {
      ...propertiesOf(head),
      steps: { type: "array", minItems: 1, items: step, description: "What is done, in this order." },
    },
    required: [...((head["required"] as string[] | undefined) ?? []), "steps"],
    ...(Object.keys(definitions).length > 0 ? { $defs: definitions } : {}),
  });
}

/** Shared and recursive parts are found from the root of the document, so they move there, under the kind's name. */
function hoisted(kind: string, schema: JsonSchema): { schema: JsonSchema; definitions: JsonSchema } {
  const text = JSON.stringify(schema).replaceAll('"$ref":"#/$defs/', `"$ref":"#/$defs/${kind}.`);
  const { $defs, ...rest } = JSON.parse(text) as Record<string, unknown>;
  const entries = Object.entries(($defs ?? {}) as Record<string, unknown>);
  return {
    schema: rest,
    definitions: Object.fromEntries(entries.map(([name, part]) => [`${kind}.${name}`, part])),
  };
}

/** A kind's own schema closes itself to other keys, so `id` and `kind` have to be among its own. */
function withHead(kind: string, schema: JsonSchema): JsonSchema {
  if (schema["type"] !== "object")
    throw new InvariantError(`the schema of step kind "${kind}" is no plain object`);
  return { ...schema, properties: { id: true, kind: true, ...propertiesOf(schema) } };
}

function propertiesOf(schema: JsonSchema): Readonly<Record<string, unknown>> {
  return (schema["properties"] as Readonly<Record<string, unknown>> | undefined) ?? {};
}

function toJson(schema: z.ZodType): JsonSchema {
  const {
    $schema: _,
    "~standard": __,
    ...rest
  } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return rest;
}

function titled(title: string, schema: JsonSchema): JsonSchema {
  return { $schema: "https://json-schema.org/draft/2020-12/schema", title, ...schema };
}
