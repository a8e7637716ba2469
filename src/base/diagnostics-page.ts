import { messages } from "./diagnostics.ts";
import { exitCodes } from "./message.ts";

const exitMeanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  done: "done",
  stepFailed: "a step failed",
  usage: "the command line or a specification is wrong",
  dataRefused: "a data check failed, or a supplier file was refused",
  agreementRefused: "refused by the agreement",
  locked: "another process works in the workspace",
  disclosureRefused: "refused by disclosure control",
  inputMissing: "an input is missing or was changed",
  integrity: "a delivery or a store is not what was written",
  bug: "a bug in dars",
  interrupted: "interrupted; the run can be resumed",
};

/** DIAGNOSTICS.md: every code with its meaning, and every exit code. Built from the table of messages, so it is whole. */
export function diagnosticsPage(): string {
  const exits = Object.entries(exitCodes).map(
    ([name, code]) => `| ${code} | ${exitMeanings[name as keyof typeof exitCodes]} |`,
  );
  const codes = Object.entries(messages)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, { exit, about }]) => `## ${code}\n\n${about} Exit code ${exit}.`);
  return [
    "# Diagnostics",
    "Every message ends with a code. This page says what each means; a released code is never given another meaning.",
    ["| exit | meaning |", "| ---: | --- |", ...exits].join("\n"),
    ...codes,
    "",
  ].join("\n\n");
}
