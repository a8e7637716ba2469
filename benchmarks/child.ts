import type { Run, SideName, Task } from "./measure.ts";
import type { Suite, Work } from "./suite.ts";
import { suites } from "./suites.ts";
import { openBench } from "./workspace.ts";

const task = JSON.parse(process.argv[2] ?? "null") as Task;
const suite = suites.find(({ name }) => name === task.suite);
if (suite === undefined) throw new Error(`no suite ${task.suite}`);
process.stdout.write(`${JSON.stringify(await answer(task, suite))}\n`);

async function answer(asked: Task, { prepare, works }: Suite): Promise<unknown> {
  if (asked.task === "prepare") {
    await prepare(await openBench(asked.size, `${asked.suite}-prepare`));
    return null;
  }
  const number = works.findIndex(({ name }) => name === asked.work);
  const work = works[number];
  if (work === undefined) throw new Error(`no work ${asked.work}`);
  const place = `${asked.suite}-${number}`;
  if (asked.task === "run") return await run(work, asked, place);
  const bench = await openBench(asked.size, `${place}-compare`);
  return (await work.compare?.(bench, asked.ours, asked.yardstick)) ?? [];
}

async function run(work: Work, asked: Task & { side: SideName }, place: string): Promise<Run> {
  const side = work[asked.side];
  if (typeof side !== "function") throw new Error(`${work.name} has no yardstick to run`);
  const timed = await side(await openBench(asked.size, `${place}-${asked.side}`));
  const began = performance.now();
  const before = process.cpuUsage();
  const made = await timed();
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(before);
  const { taken, ...result } = made;
  if (taken !== undefined) {
    const { seconds: its, cpuSeconds, peakMb } = taken;
    return { seconds: its, cpuSeconds, peakMb, made: result };
  }
  return { seconds, cpuSeconds: (user + system) / 1e6, peakMb: process.resourceUsage().maxRSS / 1024, made };
}
