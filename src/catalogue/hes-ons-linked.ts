import type { DataSet } from "./dataset.ts";
import { fields } from "./fields.ts";

const deathRecordCodes = {
  ONS1: "both sources agree within three days, the registered date is used",
  ONS2: "registered death only",
  HES1: "hospital death only",
  HES2: "sources are more than three days apart, the hospital date is used",
  MIX1: "registered one to three days after the hospital date, the hospital date is used",
};

const matchRankCodes = {
  "0": "no registered death, known from hospital only",
  "1": "NHS number, sex, birth date and postcode",
  "2": "NHS number, sex and birth date",
  "3": "NHS number, sex, part of the birth date and postcode",
  "4": "NHS number, sex and part of the birth date",
  "5": "NHS number and postcode",
  "6": "sex, birth date and postcode, NHS number not contradicting, no communal postcode",
  "7": "sex, birth date and postcode, NHS number not contradicting",
  "8": "NHS number alone",
};

/**
 * The mortality file that linkage delivers: one death for each person found. It is made here and never ingested.
 * Source: HES and ONS linked mortality data, field list and guides.
 */
export const hesOnsLinked: DataSet = {
  id: "hes_ons_linked",
  title: "HES-ONS Linked Mortality",
  about:
    "One death for each person with hospital activity, from registration, from hospital discharge or from both.",
  supplier: "this product",
  supply: "snapshot",
  unit: "person who died",
  fields: fields([
    ["record_id", "varchar", "record_key", "standard", "Number of the death record that was matched"],
    ["token_person_id", "varchar", "direct", "restricted", "The person; leaves as the recipient's pseudonym"],
    ["dod", "date", "quasi", "standard", "Date of death of the source that was used"],
    ["dor", "date", "quasi", "standard", "Date the death was registered, empty for hospital deaths"],
    ["cause_of_death", "varchar", "no", "standard", "Underlying cause of death as ICD-10"],
    [
      "cause_of_death_neonatal_{1..8}",
      "varchar",
      "no",
      "standard",
      "Cause {n} of a death in the first four weeks of life",
    ],
    [
      "cause_of_death_non_neonatal_{1..15}",
      "varchar",
      "no",
      "standard",
      "Cause {n} on the certificate as ICD-10",
    ],
    ["communal_establishment", "varchar", "quasi", "standard", "Kind of communal establishment of the death"],
    [
      "nhs_indicator",
      "varchar",
      "no",
      "standard",
      "Whether the establishment belongs to the NHS",
      { codes: { "0": "other place", "1": "NHS establishment", "2": "establishment outside the NHS" } },
    ],
    [
      "respct",
      "varchar",
      "quasi",
      "standard",
      "Primary care trust of residence at death",
      { missing: { "59898": "not applicable", "59999": "not known" } },
    ],
    [
      "resstha",
      "varchar",
      "quasi",
      "standard",
      "Strategic health authority of residence at death",
      { missing: { Y: "not known" } },
    ],
    [
      "sex",
      "varchar",
      "quasi",
      "standard",
      "Sex on the death record",
      { codes: { "1": "male", "2": "female" } },
    ],
    ["age_at_death", "integer", "quasi", "standard", "Completed years from birth to death"],
    [
      "death_record_used",
      "varchar",
      "no",
      "standard",
      "Which source gave the date of death",
      { codes: deathRecordCodes },
    ],
    [
      "match_rank",
      "integer",
      "no",
      "standard",
      "Which step of the match ladder found the death, lower is stronger",
      { codes: matchRankCodes },
    ],
    [
      "subsequent_activity",
      "varchar",
      "no",
      "standard",
      "Whether hospital activity follows the date of death",
      { codes: { Y: "activity after death" } },
    ],
    [
      "n_candidates",
      "integer",
      "no",
      "standard",
      "Pairs at any step of the ladder that hold this person or this death record, this pair included",
    ],
    [
      "margin",
      "integer",
      "no",
      "standard",
      "Steps of the ladder to the best other such pair; negative where that one went elsewhere",
    ],
    ["rule_set", "varchar", "no", "standard", "Name and version of the rules that made the link"],
  ]),
  shapes: [],
  naturalKey: ["token_person_id"],
  periodDate: "dod",
  roles: { sex: "sex" },
  checks: [],
  rejectLimit: { rows: 0, ratio: 0 },
};
