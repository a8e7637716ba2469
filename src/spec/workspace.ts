import { z } from "zod";

const size = z.string().regex(/^\d+(\.\d+)?(MB|GB)$/, 'a size is written "2GB" or "512MB"');

/** dars.yaml: where a workspace keeps things, and the bounds of its engine. */
export const workspaceSchema = z.strictObject({
  version: z.literal(1),
  paths: z
    .strictObject({
      landing: z.string().default("landing"),
      store: z.string().default("store"),
      links: z.string().default("links"),
      deliveries: z.string().default("deliveries"),
      runs: z.string().default("runs"),
    })
    .prefault({}),
  engine: z
    .strictObject({
      memory: size.default("2GB").describe("Bound of the process; its peak stays under this plus a quarter."),
      threads: z.int().min(1).max(256).default(2),
      temp: z.string().default("runs/spill").describe("Private folder for spilled data."),
    })
    .prefault({}),
  keys: z
    .strictObject({
      root: z.string().default("keys/root.key").describe("File of 32 random bytes, mode 600."),
    })
    .prefault({}),
});

export type WorkspaceSpec = z.infer<typeof workspaceSchema>;
