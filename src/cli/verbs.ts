import type { Verb } from "./command.ts";
import { catalogueVerb } from "./commands/catalogue.ts";
import { checkVerb } from "./commands/check.ts";
import { demoVerb } from "./commands/demo.ts";
import { explainVerb } from "./commands/explain.ts";
import { ingestVerb } from "./commands/ingest.ts";
import { initVerb } from "./commands/init.ts";
import { linkVerb } from "./commands/link/link.ts";
import { planVerb } from "./commands/plan.ts";
import { runVerb } from "./commands/run.ts";
import { runsVerb } from "./commands/runs.ts";
import { storeVerb } from "./commands/store.ts";
import { synthVerb } from "./commands/synth.ts";
import { verifyVerb } from "./commands/verify.ts";

/** The verbs, in the order in which a newcomer meets them. */
export const verbs: readonly Verb[] = [
  demoVerb,
  initVerb,
  synthVerb,
  ingestVerb,
  checkVerb,
  planVerb,
  explainVerb,
  runVerb,
  linkVerb,
  runsVerb,
  storeVerb,
  verifyVerb,
  catalogueVerb,
];
