import { mkdirSync, writeFileSync } from "node:fs";
import { agreementJsonSchema, pipelineJsonSchema, workspaceJsonSchema } from "../src/spec/json-schema.ts";

const registry = await import("../src/plan/registry.ts").catch(() => undefined);
const kinds = Object.entries(registry?.stepKinds ?? {}).map(([name, kind]) => [name, kind.schema] as const);

const documents = {
  agreement: agreementJsonSchema(),
  dars: workspaceJsonSchema(),
  ...(kinds.length > 0 ? { pipeline: pipelineJsonSchema(Object.fromEntries(kinds)) } : {}),
};

mkdirSync("schemas", { recursive: true });
for (const [name, document] of Object.entries(documents))
  writeFileSync(`schemas/${name}.v1.json`, `${JSON.stringify(document, undefined, 2)}\n`);
