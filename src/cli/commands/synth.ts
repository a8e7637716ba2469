import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { refuse } from "../../base/diagnostics.ts";
import { databaseBytes, Session } from "../../engine/session.ts";
import { type SynthOptions, type SynthResult, synthesise } from "../../engine/synthesise.ts";
import type { CommonOptions, Verb } from "../command.ts";
import { formatCount, renderTable } from "../render/table.ts";

interface Options extends CommonOptions {
  readonly people: string;
  readonly years: string;
  readonly seed: string;
  readonly profile: string;
  readonly out: string;
  readonly episodes?: string;
}

/** `dars synth`: supplier files of a synthetic England, and the truth behind them. Needs no workspace. */
export const synthVerb: Verb = (program, answer) => {
  program
    .command("synth")
    .description("make supplier files of a synthetic England, with the truth behind them")
    .requiredOption("--out <dir>", "a folder for the files")
    .option("--people <n>", "how many people", "50000")
    .option("--years <a..b>", "first calendar years of the first and last financial year", "2023..2024")
    .option("--seed <n>", "same seed, same bytes", "1")
    .option("--profile <name>", "quality of identifiers: typical or poor", "typical")
    .option("--episodes <n>", "wanted episodes of admitted care over all years")
    .action(
      answer(async (context, options: Options) => {
        const out = resolve(options.out);
        const result = await synthesiseInto(out, synthOptions(options), ({ file, records }) => {
          context.progress.write(`${file}, ${formatCount(records)} records\n`);
        });
        const rows = result.files.map((file) => [file.file, file.dataSet, file.records]);
        return {
          json: { out, ...result },
          text: `${out}\n\n${renderTable(["file", "data set", "records"], rows)}`,
        };
      }),
    );
};

/** Runs the generator in a session of its own, and tells of each file. */
export async function synthesiseInto(
  out: string,
  options: SynthOptions,
  onFile: (file: SynthResult["files"][number]) => void = () => undefined,
): Promise<SynthResult> {
  const spillFolder = await mkdtemp(join(tmpdir(), "dars-synth-"));
  const session = await Session.open({ threads: 2, memoryBytes: databaseBytes(2e9), spillFolder });
  try {
    return await synthesise(session, options, out, onFile);
  } finally {
    session.close();
    await rm(spillFolder, { recursive: true, force: true });
  }
}

/** Errors: spec/usage for a number, a range or a profile that is none. */
function synthOptions(options: Options): SynthOptions {
  const [, from, to] = /^(\d{4})\.\.(\d{4})$/.exec(options.years) ?? [];
  if (from === undefined || to === undefined || Number(to) < Number(from)) {
    return refuse(
      "spec/usage",
      { file: "--years" },
      { detail: "not a range of years", fix: "write 2023..2024" },
    );
  }
  const { profile } = options;
  if (profile !== "typical" && profile !== "poor") {
    return refuse(
      "spec/unknown-name",
      { file: "--profile" },
      {
        what: "profile",
        name: profile,
        near: undefined,
        known: ["typical", "poor"],
      },
    );
  }
  const episodes =
    options.episodes === undefined ? {} : { apcEpisodes: count("--episodes", options.episodes) };
  return {
    people: count("--people", options.people),
    years: { from: Number(from), to: Number(to) },
    seed: count("--seed", options.seed),
    profile,
    ...episodes,
  };
}

/** A whole number above zero. */
export function count(option: string, text: string): number {
  if (/^[1-9]\d{0,11}$/.test(text)) return Number(text);
  return refuse(
    "spec/usage",
    { file: option },
    { detail: "not a whole number above 0", fix: `write ${option} 50000` },
  );
}
