import { combineKind } from "../steps/combine/combine-kind.ts";
import { deliverKind } from "../steps/deliver/deliver-kind.ts";
import { deterministicKind } from "../steps/deterministic/deterministic-kind.ts";
import { extractKind } from "../steps/extract/extract-kind.ts";
import { identifyKind } from "../steps/identify/identify-kind.ts";
import { linkKind } from "../steps/link/link-kind.ts";
import { matchKind } from "../steps/match/match-kind.ts";
import type { AnyStepKind } from "../steps/step-kind.ts";

/** Every kind of step that a pipeline may hold. Nothing else in the system names them. */
export const stepKinds: Readonly<Record<string, AnyStepKind>> = {
  identify: identifyKind,
  link: linkKind,
  deterministic: deterministicKind,
  match: matchKind,
  combine: combineKind,
  extract: extractKind,
  deliver: deliverKind,
};
