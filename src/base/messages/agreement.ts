import { message } from "../message.ts";

const near = (p: { near?: string | undefined }) =>
  p.near === undefined ? "" : ` (did you mean "${p.near}"?)`;

/** What an agreement does not allow. Nothing is read before these are settled. */
export const agreementMessages = {
  "agreement/none": message(
    "agreementRefused",
    "A step would let data leave, but the pipeline names no agreement.",
    (p: { step: string }) => `step "${p.step}" lets data leave without an agreement`,
    () => "name the agreement's file at the head of the pipeline: agreement: agreements/<file>.yaml",
  ),
  "agreement/expired": message(
    "agreementRefused",
    "The agreement is not in force on the date of the run.",
    (p: { agreement: string; start: string; end: string; on: string }) =>
      `agreement ${p.agreement} runs from ${p.start} to ${p.end}, and the date is ${p.on}`,
    () => "have the agreement renewed, or give the date it is for with --as-at",
  ),
  "agreement/opt-outs-old": message(
    "agreementRefused",
    "The opt-out list is older than the agreement allows, or is dated after the run, so it proves nothing about that day.",
    (p: { dated: string; on: string; days: number }) =>
      `the opt-out list is of ${p.dated}, the date is ${p.on}, and it may be at most ${p.days} days old`,
    () => "fetch a fresh list from the national service and write its date under opt_outs.dated",
  ),
  "agreement/data-set": message(
    "agreementRefused",
    "A specification asks for a data set that the agreement does not name.",
    (p: { agreement: string; dataSet: string; near?: string | undefined }) =>
      `agreement ${p.agreement} does not cover data set ${p.dataSet}${near(p)}`,
    () => "remove the table, or have the agreement widened",
  ),
  "agreement/cohort": message(
    "agreementRefused",
    "A linkage asks for a customer's list that the agreement does not name.",
    (p: { agreement: string; cohort: string; near?: string | undefined }) =>
      `agreement ${p.agreement} does not cover cohort ${p.cohort}${near(p)}`,
    () => "link another cohort, or have the agreement widened under cohorts",
  ),
  "agreement/year": message(
    "agreementRefused",
    "A specification asks for a financial year that the agreement does not name for the data set.",
    (p: { agreement: string; dataSet: string; year: string }) =>
      `agreement ${p.agreement} does not cover ${p.dataSet} for ${p.year}`,
    () => "remove the year, or have the agreement widened",
  ),
  "agreement/field": message(
    "agreementRefused",
    "A specification asks for a field, or selects or derives by one, that the agreement does not name.",
    (p: { agreement: string; dataSet: string; field: string; years: readonly string[]; use: string }) =>
      `agreement ${p.agreement} does not cover field ${p.field} of ${p.dataSet} for ${p.years.join(", ")}, which is ${p.use}`,
    () => "remove the field, or have the agreement widened",
  ),
  "agreement/sensitive": message(
    "agreementRefused",
    "A sensitive item is asked for that the agreement does not permit by name.",
    (p: { agreement: string; dataSet: string; field: string }) =>
      `field ${p.field} of ${p.dataSet} is a sensitive item that agreement ${p.agreement} does not permit`,
    () => "remove the field, or have it named under permissions.sensitive of the agreement",
  ),
  "agreement/restricted": message(
    "agreementRefused",
    "A legally restricted field is asked for that the agreement does not permit by name.",
    (p: { agreement: string; dataSet: string; field: string }) =>
      `field ${p.field} of ${p.dataSet} is legally restricted, and agreement ${p.agreement} does not permit it`,
    () => "remove the field, or have it named under permissions.restricted of the agreement",
  ),
  "agreement/direct": message(
    "agreementRefused",
    "A field that names a person directly, or free text that may, is asked for under a pseudonymised agreement.",
    (p: { agreement: string; dataSet: string; field: string }) =>
      `field ${p.field} of ${p.dataSet} identifies persons, and agreement ${p.agreement} is pseudonymised`,
    () => "remove the field; TOKEN_PERSON_ID stands for the person in every table",
  ),
  "agreement/format": message(
    "agreementRefused",
    "A file format is asked for that the agreement does not name.",
    (p: { agreement: string; format: string; allowed: readonly string[] }) =>
      `agreement ${p.agreement} does not cover the format ${p.format}, only ${p.allowed.join(" and ")}`,
    (p) => `use one of: ${p.allowed.join(", ")}`,
  ),
  "agreement/key-missing": message(
    "inputMissing",
    "The root key, from which the pseudonyms of every agreement come, cannot be read.",
    () => "there is no readable root key here",
    () => "restore the key from its custodian; a new workspace gets one from: dars init",
  ),
  "agreement/key-unsafe": message(
    "agreementRefused",
    "The root key is too short, made of one repeated byte, known from documentation, or readable by others.",
    (p: { reason: string }) => `the root key is refused: ${p.reason}`,
    () => "make one with: dars init, and keep it with mode 600",
  ),
};
