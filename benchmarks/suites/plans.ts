import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { duckdb } from "../../src/sql/duckdb.ts";
import { runProgram } from "../program.ts";
import type { Bench, Made, Side, Suite, Work } from "../suite.ts";
import { specFile, withSession } from "../workspace.ts";
import { bounds, data, examples, prepareExamples, suggestedFile } from "./probabilistic.ts";

const bin = resolve("bin/dars.js");

/** The first hundred records of the smallest file: what it costs to start. */
const tiny = {
  name: "100 records",
  of: "splink_datasets/fake_1000.csv",
  records: 100,
  id: "unique_id",
} as const;

async function preparePlans(bench: Bench): Promise<void> {
  await prepareExamples(bench);
  const lines = (await readFile(join(data, tiny.of), "utf8")).split("\n");
  const file = join(bench.folder, "tiny.csv");
  await writeFile(file, `${lines.slice(0, tiny.records + 1).join("\n")}\n`);
  const asked = ["link", "suggest", file, "--id", tiny.id];
  const { stdout } = await runProgram(process.execPath, [bin, ...asked], bench.folder);
  await specFile(bench, suggestedFile(bench, tiny).split("/").at(-1) ?? "", stdout);
}

const by =
  (example: { readonly name: string }, plan: "auto" | "plain" | "bounded"): Side =>
  async (bench) => {
    const out = join(bench.scratch, "out");
    const asked = ["link", "run", suggestedFile(bench, example), "--out", out, "--plan", plan];
    return async () => {
      const taken = await runProgram(process.execPath, [bin, ...asked, ...bounds], bench.scratch);
      return { rows: 0, files: { links: join(out, "links.parquet") }, taken };
    };
  };

/** Links, with their weights, that one side has and the other has not. */
async function compareLinks(bench: Bench, left: Made, right: Made): Promise<string[]> {
  const links = ({ files }: Made) => `SELECT * FROM read_parquet(${duckdb.quoteText(files["links"] ?? "")})`;
  const without = (a: Made, b: Made) =>
    `(SELECT count(*) FROM (${links(a)} EXCEPT ALL ${links(b)}) AS one_way)`;
  return await withSession(bench, async (session) => {
    const row = await session.row(
      "links",
      `SELECT ${without(left, right)} AS ours, ${without(right, left)} AS theirs`,
    );
    return Object.entries(row).flatMap(([what, n]) => (Number(n) === 0 ? [] : [`links ${what}: ${n}`]));
  });
}

const work = (example: { readonly name: string }, other: "plain" | "bounded"): Work => ({
  name: `${example.name}, beside the ${other} plan`,
  ours: by(example, "auto"),
  yardstick: by(example, other),
  compare: compareLinks,
});

/** The plan that is chosen beside the plans in SQL, from the start of the process to its files. */
export const plansSuite: Suite = {
  name: "plans",
  prepare: preparePlans,
  works: [tiny, ...examples].flatMap((example) => [work(example, "plain"), work(example, "bounded")]),
};
