import { exact, type RuleSet } from "../rule-set.ts";

/**
 * Which HES records are of one person: the three passes of the HES Patient ID.
 *
 * Set-based: the partition does not depend on the order of arrival, where the index that the source describes does.
 * The partial birth date of pass 1 and the NHS number of pass 3 are the widening of 2009. Not taken over, as no source
 * states it: relaxations of pass 2, and a list of communal postcodes for pass 3.
 * Source: HES Patient ID, hesonline 330 and 735; HSCIC user guide, "Steps 1 and 3 of the Patient HESID matching".
 */
export const hesid1: RuleSet = {
  name: "hesid",
  version: 1,
  about: "Persons of HES: NHS number first, then local patient number, then birth date and postcode.",
  source: "hesonline.org.uk categoryID-330 and -735; HSCIC user guide, ONS_MORTALITY, section B",
  cleaning: "hes-identity@1",
  passes: [
    {
      rank: 1,
      about: "NHS number and sex, birth date at least in part",
      agreements: [...exact("nhs_number", "sex"), { role: "birth_date", how: "partial-date" }],
      conditions: [],
    },
    {
      rank: 2,
      about: "sex, birth date, postcode, and the patient number within the provider",
      agreements: exact("sex", "birth_date", "postcode", "provider", "local_patient_id"),
      conditions: [],
    },
    {
      rank: 3,
      about: "sex, birth date and postcode, no other NHS number",
      agreements: [
        ...exact("sex", "birth_date", "postcode"),
        { role: "nhs_number", how: "not-contradicting" },
      ],
      conditions: ["not-1-january"],
    },
  ],
  keep: "all",
};
