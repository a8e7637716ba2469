import * as z from "zod";
import { filePath } from "./values.ts";

const sizeForm = 'a size is written "2GB" or "512MB"';

const size = z
  .string(sizeForm)
  .regex(/^\d{1,6}(\.\d{1,3})?(MB|GB)$/, sizeForm)
  .refine((text) => !/^0+(\.0+)?[MG]B$/.test(text), "a size is more than nothing");

/** dars.yaml: where a workspace keeps things, and the bounds of its engine. Paths are relative to the file. */
export const workspaceSchema = z.strictObject({
  version: z.literal(1).describe("Version of this kind of file."),
  paths: z
    .strictObject({
      landing: filePath.default("landing").describe("Supplier files, as sent."),
      store: filePath.default("store").describe("Releases: content and identity, kept apart."),
      links: filePath.default("links").describe("Links, ledgers of persons and their versions."),
      deliveries: filePath.default("deliveries").describe("What has left, or may leave."),
      runs: filePath.default("runs").describe("Receipts and unfinished work."),
    })
    .prefault({}),
  engine: z
    .strictObject({
      memory: size.default("2GB").describe("Bound of the process; its peak stays under this plus a quarter."),
      threads: z.int().min(1).max(256).default(2).describe("Threads of the database."),
      temp: filePath.default("runs/spill").describe("Private folder for spilled data."),
    })
    .prefault({}),
  keys: z
    .strictObject({
      root: filePath.default("keys/root.key").describe("File of 32 random bytes, mode 600."),
    })
    .prefault({}),
});

export type WorkspaceSpec = z.infer<typeof workspaceSchema>;
