import { constants } from "node:os";
import { Command, CommanderError } from "commander";
import { diagnostic, InvariantError, Refusal } from "../base/diagnostics.ts";
import { exitCodes } from "../base/message.ts";
import { type Json, stableJson } from "../base/stable-json.ts";
import { EngineError } from "../engine/engine-error.ts";
import { productVersion } from "../engine/product-version.ts";
import type { Answer, CommandContext, CommonOptions, Verb } from "./command.ts";
import { verbs } from "./verbs.ts";

// Stacks then tell of the sources, not of the bundle.
if (process.argv.includes("--debug")) process.setSourceMapsEnabled(true);

const interruption = new AbortController();

const context: CommandContext = {
  now: () => new Date().toISOString(),
  signal: interruption.signal,
  progress: process.stderr,
};

/** The second Ctrl-C ends at once; the first lets the running step stop cleanly. */
function listenForInterrupt(): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (interruption.signal.aborted) process.exit(exitCodes.interrupted);
      interruption.abort();
    });
  }
  process.on("SIGPIPE", () => process.exit(128 + constants.signals.SIGPIPE));
  process.stdout.on("error", () => process.exit(exitCodes.done));
}

const answer: Answer =
  (work) =>
  async (...args) => {
    const command = args.at(-1) as Command;
    const options = command.opts<CommonOptions>();
    try {
      const report = await work(context, ...(args.slice(0, -1) as never));
      process.stdout.write(`${options.json ? stableJson(report.json as Json, 2) : report.text.trimEnd()}\n`);
      process.exitCode = report.exit ?? exitCodes.done;
    } catch (error) {
      tell(error, options);
    }
  };

/** Tells a failure: diagnostics for what people can mend, one line for a bug, a stack only with --debug. */
function tell(thrown: unknown, options: CommonOptions): void {
  const error = refusedBySystem(thrown) ?? thrown;
  if (error instanceof Refusal) {
    if (options.json) {
      const diagnostics = error.diagnostics.map((d) => ({ ...d, at: { ...d.at } }));
      process.stdout.write(`${stableJson({ diagnostics, exit: error.exitCode }, 2)}\n`);
    }
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error.exitCode;
    return;
  }
  const kind = error instanceof InvariantError ? error.message : nameOf(error);
  process.stderr.write(
    `this is a bug in dars: ${kind}\n  fix: report it with the command and --debug\n  code: bug\n`,
  );
  if (options.debug && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  process.exitCode = exitCodes.bug;
}

const systemReasons: Readonly<Record<string, string>> = {
  EACCES: "there is no permission to read or write here",
  EPERM: "there is no permission to read or write here",
  EROFS: "the disk is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EEXIST: "a file stands where a folder is to be made",
  ENOTDIR: "a part of the path is a file, and no folder",
  EFBIG: "a file would become larger than the system allows",
};

/** What the system does not allow is no bug. */
function refusedBySystem(error: unknown): Refusal | undefined {
  if (error instanceof EngineError && error.isOutOfMemory) {
    return new Refusal([diagnostic("run/out-of-memory", { file: "dars.yaml" }, { what: error.statement })]);
  }
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  const reason =
    code === "ENOENT" && syscall === "mkdir" ? "no folder can be made here" : systemReasons[code ?? ""];
  if (reason === undefined) return undefined;
  return new Refusal([diagnostic("run/system", { file: path ?? "a file" }, { reason })]);
}

/** The class and place of an unexpected error; its message may quote data, so it stays unsaid. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return "an unknown error";
  const place = /\((?:file:\/\/)?[^()]*?((?:src|dist)\/[^()]+)\)/.exec(error.stack ?? "")?.[1];
  return `${error.name}${place === undefined ? "" : ` at ${place}`}`;
}

function program(declared: readonly Verb[]): Command {
  const root = new Command("dars")
    .description(
      "Takes in national health data sets, links them by published rules, and delivers what an agreement allows.",
    )
    .version(productVersion)
    .showHelpAfterError("(run with --help for the usage)")
    .configureHelp({
      helpWidth: Math.min(process.stdout.columns ?? 80, 100),
      subcommandTerm: (command) => command.name(),
    })
    .exitOverride();
  for (const declare of declared) declare(root, answer);
  const addCommon = (command: Command) => {
    for (const child of command.commands) addCommon(child);
    if (command.commands.length > 0) return;
    command
      .option("--json", "print the result as JSON")
      .option("--workspace <dir>", "the workspace to work in (default: the nearest dars.yaml above)")
      .option("--debug", "print stacks of unexpected errors")
      .exitOverride();
  };
  addCommon(root);
  return root;
}

listenForInterrupt();
try {
  await program(verbs).parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
}
