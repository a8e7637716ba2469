import { type RuleSet, ruleSetName } from "../rule-set.ts";
import { bespoke1 } from "./bespoke-1.ts";
import { hesOns1 } from "./hes-ons-1.ts";
import { hesid1 } from "./hesid-1.ts";

/** Every published rule set, each in its version. */
const ruleSets: readonly RuleSet[] = [hesid1, hesOns1, bespoke1];

/** Names of the rule sets that keep what a step needs: `all` to make persons, `one-to-one` to link two sides. */
export function ruleSetNames(keep: RuleSet["keep"]): string[] {
  return ruleSets.filter((set) => set.keep === keep).map(ruleSetName);
}

/** The rule set of that name and version. */
export function ruleSetOf(name: string): RuleSet | undefined {
  return ruleSets.find((set) => ruleSetName(set) === name);
}
