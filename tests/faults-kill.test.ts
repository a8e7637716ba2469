import { describe, it } from "vitest";
import { expectResumed, type Moment } from "./resumed.ts";

const moments: readonly Moment[] = [
  { pipeline: "identify-hes", line: "persons: pass_2,", signal: "SIGKILL" },
  { pipeline: "hes-monthly", line: "extract: tokens_hes_apc_2023_24,", signal: "SIGINT" },
  { pipeline: "heart-attacks", line: "deliver: started", signal: "SIGKILL", after: 10 },
  { pipeline: "hes-ons", line: "mortality: match_2,", signal: "SIGKILL" },
];

describe("A run that a signal ends", () => {
  it.each(moments)("resumes to the same bytes: $pipeline, $signal after $line (+ $after ms)", expectResumed);
});
