import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** A folder that all test files of one test run share; it goes when the run ends. */
    readonly sharedFolder: string;
    /** The date that the shared workspace is for, one and the same for all files. */
    readonly asAt: string;
  }
}

let folder = "";

export async function setup(project: TestProject): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), "dars-shared-"));
  project.provide("sharedFolder", folder);
  project.provide("asAt", new Date().toISOString().slice(0, 10));
}

export async function teardown(): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}
