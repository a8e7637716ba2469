import type { SourceSpan } from "../../../base/span.ts";
import type { HostFunction } from "../../operations.ts";
import { checkRecords } from "./check-records.ts";
import { choose } from "./choose.ts";
import type { LinkageContext, PlaceOf, Tell } from "./context.ts";
import { type KernelInput, readKernelInput } from "./kernel-input.ts";
import { learn } from "./learn.ts";
import { probability } from "./probability.ts";
import { report } from "./report.ts";
import { reportPage } from "./report-page.ts";
import { score } from "./score.ts";
import { Threads } from "./threads.ts";
import { bound, weigh } from "./weigh.ts";

/** The functions of a match step, in the order of their use, and what ends their threads. */
export function linkageFunctions(
  threads: number,
  tell: Tell = () => undefined,
  at: PlaceOf = (): SourceSpan => ({ file: "the specification" }),
  unitsFolder?: string,
): {
  readonly functions: Readonly<Record<string, HostFunction>>;
  readonly close: () => Promise<void>;
} {
  let read: Promise<KernelInput> | undefined;
  const context: LinkageContext = {
    tell,
    at,
    unitsFolder,
    warnings: [],
    threads: new Threads(threads),
    input: (...args) => {
      read ??= readKernelInput(...args);
      return read;
    },
  };
  const functions = {
    "check_records@1": checkRecords(context),
    "learn@1": learn(context),
    "score@1": score(context),
    "choose@1": choose(context),
    "probability@1": probability,
    "level_weights@1": weigh(context, "levels"),
    "term_weights@1": weigh(context, "terms"),
    "level_bounds@1": bound(context),
    "report@1": report(context),
    "report_page@1": reportPage,
  };
  return { functions, close: () => context.threads.close() };
}
