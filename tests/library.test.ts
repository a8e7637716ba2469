import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, it } from "vitest";
import { qualityOfClusters } from "./linked-files.ts";
import { writeCensusAndSurvey } from "./made-up-people.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dars-library-"));
  await mkdir(join(folder, "node_modules"));
  await symlink(join(import.meta.dirname, ".."), join(folder, "node_modules", "dars"));
  await writeCensusAndSurvey(folder);
});

it("the README's program links two files, and one with itself", async () => {
  const readme = await readFile(join(import.meta.dirname, "..", "README.md"), "utf8");
  const [, program = ""] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  expect(program).toContain('from "dars"');
  await writeFile(join(folder, "program.mjs"), program);
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ["program.mjs"], { cwd: folder });
  expect(stderr).toBe("");
  expect(stdout).toContain("links.parquet");
  const csv = (name: string) => `read_csv('${join(folder, name)}', all_varchar = true)`;
  const found = await qualityOfClusters(join(folder, "linked"), {
    census: { source: csv("census.csv"), id: "rid", person: "person_id" },
    survey: { source: csv("Survey 2021.csv"), id: "case_no", person: "person_id" },
  });
  expect(found.pairs.f1).toBeGreaterThan(0.95);
});
