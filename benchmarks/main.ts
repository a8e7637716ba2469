import { parseArgs } from "node:util";
import { renderTable } from "../src/cli/render/table.ts";
import { engineVersion, productVersion } from "../src/engine/product-version.ts";
import { inChild, type Measurement, median, type Run, type SideName } from "./measure.ts";
import { type Size, type Suite, sizes, type Work } from "./suite.ts";
import { suites } from "./suites.ts";

const versions = { dars: productVersion, engine: engineVersion, node: process.version } as const;

process.exitCode = await main();

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      size: { type: "string", default: "S" },
      runs: { type: "string", default: "3" },
      work: { type: "string", default: "" },
      json: { type: "boolean", default: false },
    },
  });
  const size = values.size as Size;
  const runs = Number(values.runs);
  const unknown = positionals.filter((name) => !suites.some((suite) => suite.name === name));
  if (!Object.hasOwn(sizes, size) || !(runs >= 1) || unknown.length > 0) {
    const names = suites.map(({ name }) => name).join("|");
    process.stderr.write(`npm run bench -- [${names}] [--size S|M|L] [--runs N] [--work TEXT] [--json]\n`);
    return 2;
  }
  const found: Measurement[] = [];
  for (const suite of suites) {
    if (positionals.length > 0 && !positionals.includes(suite.name)) continue;
    const missing = suite.isMissing?.();
    if (missing !== undefined) {
      tell(`${suite.name}: left out, ${missing}`);
      continue;
    }
    tell(`${suite.name}: preparing inputs of size ${size}`);
    await inChild({ task: "prepare", suite: suite.name, size });
    for (const work of suite.works) {
      if (!work.name.includes(values.work)) continue;
      const measurement = await measure(suite, work, size, runs);
      if (measurement === undefined) return 1;
      if (values.json) process.stdout.write(`${JSON.stringify(measurement)}\n`);
      found.push(measurement);
    }
  }
  if (!values.json) process.stdout.write(`${render(found)}\n`);
  return 0;
}

/** Runs both sides by turns. Undefined where they do not agree. */
async function measure(suite: Suite, work: Work, size: Size, runs: number): Promise<Measurement | undefined> {
  const taken: Record<SideName, Run[]> = { ours: [], yardstick: [] };
  const goal = "goal" in work.yardstick ? work.yardstick.goal : undefined;
  const sides: readonly SideName[] = goal === undefined ? ["ours", "yardstick"] : ["ours"];
  for (let turn = 1; turn <= runs; turn++) {
    for (const side of sides) {
      const asked = { task: "run", suite: suite.name, size, work: work.name, side } as const;
      const run = (await inChild(asked)) as Run;
      tell(`${work.name}, ${side}, run ${turn}: ${told(run)}`);
      taken[side].push(run);
    }
  }
  const [ours, yardstick] = [taken.ours.at(-1), taken.yardstick.at(-1)];
  if (ours !== undefined && yardstick !== undefined && work.compare !== undefined) {
    const made = { ours: ours.made, yardstick: yardstick.made };
    const asked = { task: "compare", suite: suite.name, size, work: work.name, ...made } as const;
    const differing = (await inChild(asked)) as string[];
    if (differing.length > 0) {
      tell(`${suite.name}, ${work.name}: THE RESULTS DIFFER\n  ${differing.join("\n  ")}`);
      return undefined;
    }
  }
  const seconds = (of: readonly Run[]) => median(of.map((run) => run.seconds));
  const [ours_s, yardstick_s] = [seconds(taken.ours), goal ?? seconds(taken.yardstick)];
  return {
    suite: suite.name,
    size,
    work: work.name,
    rows: ours?.made.rows ?? 0,
    ours_s: rounded(ours_s),
    yardstick_s: rounded(yardstick_s),
    ratio: rounded(ours_s / yardstick_s),
    peak_mb: peak(taken.ours),
    yardstick_peak_mb: goal === undefined ? peak(taken.yardstick) : 0,
    versions,
  };
}

function render(found: readonly Measurement[]): string {
  const head = ["suite", "size", "work", "rows", "ours s", "yardstick s", "ratio", "peak MB", "yardstick MB"];
  const rows = found.map((m) => [
    m.suite,
    m.size,
    m.work,
    m.rows,
    m.ours_s.toFixed(2),
    m.yardstick_s.toFixed(2),
    m.ratio.toFixed(2),
    m.peak_mb,
    m.yardstick_peak_mb,
  ]);
  const below = `dars ${versions.dars}, ${versions.engine}, node ${versions.node}; medians, both sides by turns`;
  return `${renderTable(head, rows)}\n${below}`;
}

function told({ seconds, cpuSeconds, peakMb }: Run): string {
  return `${seconds.toFixed(2)} s, ${cpuSeconds.toFixed(2)} s of processors, ${peakMb.toFixed(0)} MB`;
}

function peak(runs: readonly Run[]): number {
  return Math.round(median(runs.map((run) => run.peakMb)));
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}
