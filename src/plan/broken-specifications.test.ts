import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Diagnostic, formatDiagnostic } from "../base/diagnostics.ts";
import { parseAgreement } from "../spec/parse-agreement.ts";
import { parsePipeline } from "../spec/parse-pipeline.ts";
import { parseWorkspace } from "../spec/parse-workspace.ts";
import { stepKinds } from "./registry.ts";

const kinds = Object.fromEntries(Object.entries(stepKinds).map(([name, { schema }]) => [name, schema]));

const readers: Readonly<
  Record<string, (text: string, file: string) => { diagnostics: readonly Diagnostic[] }>
> = {
  agreement: parseAgreement,
  workspace: parseWorkspace,
  pipeline: (text, file) => parsePipeline(text, file, kinds),
};

const corpus = join(import.meta.dirname, "../../fixtures/broken");

/** Beside each NAME.yaml stands NAME.txt: what a person is told about it. */
describe.each(Object.keys(readers))("a broken %s", (what) => {
  const folder = join(corpus, what);
  const files = readdirSync(folder).filter((file) => file.endsWith(".yaml"));

  it.each(files)("is told as expected: %s", async (file) => {
    const read = readers[what]?.(readFileSync(join(folder, file), "utf8"), file);
    const told = (read?.diagnostics ?? []).map((d) => `${formatDiagnostic(d)}\n`).join("");
    expect(told).not.toBe("");
    await expect(told).toMatchFileSnapshot(join(folder, file.replace(/\.yaml$/, ".txt")));
  });

  it("has no expectation without its specification", () => {
    const expected = readdirSync(folder).filter((file) => file.endsWith(".txt"));
    expect(expected.map((file) => file.replace(/\.txt$/, ".yaml")).sort()).toEqual(files.sort());
  });
});
