import type { DataSet } from "./dataset.ts";
import { fields } from "./fields.ts";

const stepCodes = {
  rules: "linked by a rule",
  model: "linked by the probabilistic model",
  none: "not linked, or left out",
};

const rankCodes = {
  "1": "NHS number, sex, birth date and postcode",
  "2": "NHS number, sex and birth date",
  "3": "NHS number, sex, part of the birth date and postcode",
  "4": "NHS number, sex and part of the birth date",
  "5": "NHS number and postcode",
  "6": "sex, birth date and postcode, NHS number not contradicting, no communal postcode",
  "7": "sex, birth date and postcode, NHS number not contradicting",
};

/** What a bespoke linkage delivers of its persons, with the quality of each link. It is made here and never ingested. */
export const cohortLinked: DataSet = {
  id: "cohort_linked",
  title: "Bespoke linkage",
  about:
    "One row for each person of the customer's list, or each linked pair of two held data sets. Of two lists, the token is that of the person in the other. Who was not found and who may not be in the data look alike.",
  supplier: "this product",
  supply: "snapshot",
  unit: "person who was looked for",
  fields: fields([
    ["study_id", "varchar", "quasi", "restricted", "The customer's own reference, as their file has it"],
    ["other_person", "varchar", "record_key", "standard", "The person in the other held data set"],
    ["match_step", "varchar", "no", "standard", "What linked the person", { codes: stepCodes }],
    ["rule_set", "varchar", "no", "standard", "Name and version of the rules, where they linked"],
    [
      "match_rank",
      "tinyint",
      "no",
      "standard",
      "The rule that linked, 1 the strongest",
      { codes: rankCodes },
    ],
    ["match_weight", "decimal(9,3)", "no", "standard", "Evidence of the model for the link, in bits"],
    ["match_probability", "decimal(9,6)", "no", "standard", "Probability of the link by the model"],
    ["n_candidates", "integer", "no", "standard", "Persons who came into question, this one included"],
    [
      "margin",
      "decimal(9,3)",
      "no",
      "standard",
      "Lead over the next best person: ranks of rules, bits of the model; empty where there was none",
    ],
  ]),
  shapes: [],
  naturalKey: ["study_id"],
  roles: {},
  checks: [],
  rejectLimit: { rows: 0, ratio: 0 },
};
