import { exact, type MatchRole, type RoleAgreement, type RulePass, type RuleSet } from "../rule-set.ts";

const partialBirth: RoleAgreement = { role: "birth_date", how: "partial-date" };
const noOtherNumber: RoleAgreement = { role: "nhs_number", how: "not-contradicting" };
const demographics: readonly MatchRole[] = ["sex", "birth_date", "postcode"];

function pass(
  rank: number,
  about: string,
  agreements: readonly RoleAgreement[],
  conditions: RulePass["conditions"] = [],
): RulePass {
  return { rank, about, agreements, conditions };
}

/**
 * Which registered death is of which HES person: eight ranks, applied in order, what matched removed each time, at most
 * one death per person.
 *
 * Ranks 6 and 7 let a person pass whose NHS number is unknown, or the death's is; a person known by other NHS numbers
 * alone contradicts, whichever record carries them. Communal postcodes, whose list is not public, are the one in a
 * hundred with the most persons, as in CUREd.
 * Source: CPRD, linkage of ONS death registrations, ranks 1 to 8; HSCIC user guide, ONS_MORTALITY.
 */
export const hesOns1: RuleSet = {
  name: "hes-ons",
  version: 1,
  about: "Registered deaths of HES persons by eight match ranks.",
  source: "CPRD documentation of ONS death registration linkage; HSCIC user guide, ONS_MORTALITY, section B",
  cleaning: "hes-identity@1",
  passes: [
    pass(1, "NHS number, sex, birth date, postcode", exact("nhs_number", ...demographics)),
    pass(2, "NHS number, sex, birth date", exact("nhs_number", "sex", "birth_date")),
    pass(3, "NHS number, sex, part of the birth date, postcode", [
      ...exact("nhs_number", "sex", "postcode"),
      partialBirth,
    ]),
    pass(4, "NHS number, sex, part of the birth date", [...exact("nhs_number", "sex"), partialBirth]),
    pass(5, "NHS number, postcode", exact("nhs_number", "postcode")),
    pass(
      6,
      "sex, birth date, postcode that is not communal, no other NHS number",
      [...exact(...demographics), noOtherNumber],
      ["not-1-january", "not-communal"],
    ),
    pass(
      7,
      "sex, birth date, postcode, no other NHS number",
      [...exact(...demographics), noOtherNumber],
      ["not-1-january"],
    ),
    pass(8, "NHS number alone", exact("nhs_number")),
  ],
  keep: "one-to-one",
};
