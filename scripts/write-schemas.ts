import { mkdirSync, writeFileSync } from "node:fs";
import { stepKinds } from "../src/plan/registry.ts";
import {
  agreementJsonSchema,
  fileJsonSchema,
  pipelineJsonSchema,
  workspaceJsonSchema,
} from "../src/spec/json-schema.ts";
import { encodingSchema } from "../src/steps/match/encoding-spec.ts";

const kinds = Object.fromEntries(Object.entries(stepKinds).map(([name, kind]) => [name, kind.schema]));

const documents = {
  agreement: agreementJsonSchema(),
  dars: workspaceJsonSchema(),
  encoding: fileJsonSchema("An encoding", encodingSchema),
  pipeline: pipelineJsonSchema(kinds),
};

mkdirSync("schemas", { recursive: true });
for (const [name, document] of Object.entries(documents))
  writeFileSync(`schemas/${name}.v1.json`, `${JSON.stringify(document, undefined, 2)}\n`);
