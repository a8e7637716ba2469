import type { Command } from "commander";
import type { ExitCode } from "../base/message.ts";
import { openWorkspace, type Workspace } from "../engine/workspace.ts";

/** What a command found or did: for people as text, for programs as JSON. Both say the same. */
interface Report {
  readonly json: object;
  readonly text: string;
  readonly exit?: ExitCode;
}

/** Options that every command has. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly debug?: boolean;
  readonly workspace?: string;
}

/** What the command line gives to commands: the clock, the way to interrupt, and where progress is shown. */
export interface CommandContext {
  readonly now: () => string;
  readonly signal: AbortSignal;
  readonly progress: NodeJS.WriteStream;
}

/** A verb: declares itself on the program, and answers with a report. */
export type Verb = (program: Command, answer: Answer) => void;

/** Runs a verb's work and prints its report; the one place where a command ends. */
export type Answer = <Args extends readonly unknown[]>(
  work: (context: CommandContext, ...args: Args) => Promise<Report>,
) => (...args: [...Args, unknown]) => Promise<void>;

/** The workspace that a command works in: --workspace, or the nearest one above the current folder. */
export async function workspaceOf(options: CommonOptions): Promise<Workspace> {
  return await openWorkspace(options.workspace ?? process.cwd());
}
