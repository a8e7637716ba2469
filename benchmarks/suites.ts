import type { Suite } from "./suite.ts";
import { extractSuite } from "./suites/extract.ts";
import { identifySuite } from "./suites/identify.ts";
import { ingestSuite } from "./suites/ingest.ts";
import { linkSuite } from "./suites/link.ts";

import { plansSuite } from "./suites/plans.ts";
import { examplesSuite, probabilisticSuite } from "./suites/probabilistic.ts";

/** All suites, in the order in which they run. */
export const suites: readonly Suite[] = [
  ingestSuite,
  identifySuite,
  linkSuite,
  extractSuite,
  probabilisticSuite,
  examplesSuite,
  plansSuite,
];
