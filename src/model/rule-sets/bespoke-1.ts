import type { RuleSet } from "../rule-set.ts";
import { hesOns1 } from "./hes-ons-1.ts";

/** The rank that rests on one value alone, without anything to bear it out. */
const numberAlone = 8;

/**
 * Persons of one list in another by the ranks that two values bear out. An NHS number that agrees alone is left to what
 * comes after, as a number may be mistyped into somebody else's.
 * Source: CPRD, which links patients to all its data sets by the same ranks.
 */
export const bespoke1: RuleSet = {
  name: "bespoke",
  version: 1,
  about: "Persons of two lists by seven match ranks; an NHS number alone decides nothing.",
  source: "CPRD documentation of linked data sets, deterministic match ranks 1 to 7",
  cleaning: "hes-identity@1",
  passes: hesOns1.passes.filter(({ rank }) => rank < numberAlone),
  keep: "one-to-one",
};
