import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { stepKinds } from "../plan/registry.ts";
import { agreementJsonSchema, pipelineJsonSchema, workspaceJsonSchema } from "./json-schema.ts";

function committed(name: string): unknown {
  return JSON.parse(readFileSync(join(import.meta.dirname, "../../schemas", `${name}.v1.json`), "utf8"));
}

describe("the schemas for editors", () => {
  it("are those of the code; otherwise run: npm run schemas", () => {
    expect(committed("agreement")).toEqual(agreementJsonSchema());
    expect(committed("dars")).toEqual(workspaceJsonSchema());
    const kinds = Object.entries(stepKinds).map(([name, kind]) => [name, kind.schema] as const);
    expect(committed("pipeline")).toEqual(pipelineJsonSchema(Object.fromEntries(kinds)));
  });

  it("find the recursive parts of a kind from their root", () => {
    type Tree = { not: Tree } | { field: string };
    const tree: z.ZodType<Tree> = z.lazy(() =>
      z.union([z.strictObject({ not: tree }), z.strictObject({ field: z.string() })]),
    );
    const text = JSON.stringify(pipelineJsonSchema({ count: z.strictObject({ where: tree }) }));
    const { $defs } = JSON.parse(text) as { $defs: object };
    const refs = [...text.matchAll(/"\$ref":"#\/\$defs\/([^"]*)"/g)].map((match) => match[1]);
    expect(refs.length).toBeGreaterThan(1);
    expect(Object.keys($defs)).toEqual(expect.arrayContaining(refs));
  });

  it("close each kind of step to keys that are not its own", () => {
    const schema = pipelineJsonSchema({ count: z.strictObject({ of: z.string() }) });
    expect(schema).toMatchObject({
      required: ["version", "pipeline", "title", "steps"],
      additionalProperties: false,
      properties: {
        steps: {
          items: {
            required: ["id", "kind"],
            properties: { kind: { enum: ["count"] } },
            allOf: [
              {
                if: { properties: { kind: { const: "count" } } },
                // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
                then: {
                  properties: { id: true, kind: true, of: { type: "string" } },
                  required: ["of"],
                  additionalProperties: false,
                },
              },
            ],
          },
        },
      },
    });
  });
});
