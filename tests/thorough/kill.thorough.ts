import { describe, it } from "vitest";
import { expectIngestedAgain, expectResumed, type Moment } from "../resumed.ts";

const moments: readonly Moment[] = [
  { pipeline: "identify-hes", line: "persons: started", signal: "SIGKILL" },
  { pipeline: "identify-hes", line: "persons: persons_hes_op,", signal: "SIGKILL" },
  { pipeline: "identify-hes", line: "persons: started", signal: "SIGINT" },
  { pipeline: "hes-monthly", line: "extract: person_tokens,", signal: "SIGKILL" },
  { pipeline: "hes-monthly", line: "extract: copy_hes_op_2023_24_csv,", signal: "SIGKILL" },
  { pipeline: "hes-monthly", line: "deliver: started", signal: "SIGKILL" },
  { pipeline: "hes-monthly", line: "deliver: started", signal: "SIGKILL", after: 20 },
  { pipeline: "hes-ons", line: "mortality: candidate,", signal: "SIGINT" },
  { pipeline: "hes-ons", line: "extract: copy_hes_ons_linked_csv,", signal: "SIGKILL" },
  { pipeline: "hes-ons", line: "deliver: started", signal: "SIGKILL", after: 5 },
];

describe("A run that a signal ends at many other moments", () => {
  it.each(moments)("resumes to the same bytes: $pipeline, $signal after $line (+ $after ms)", expectResumed);
});

it("Ingest that is killed thrice among all files gives the bytes of an unbroken one", async () => {
  const kills = [
    [0, 60],
    [4, 120],
    [9, 30],
  ] as const;
  await expectIngestedAgain({ files: Number.POSITIVE_INFINITY, kills });
});
