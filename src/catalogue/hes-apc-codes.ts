import type { CodeList } from "./dataset.ts";

// Code lists of admitted care alone. Source of all: HES technical output specification, in short words.

/** What kind of stay it was. Source: HES technical output specification. */
export const patientClassCodes: CodeList = {
  "1": "ordinary admission",
  "2": "day case",
  "3": "regular day attender",
  "4": "regular night attender",
  "5": "mother and baby using delivery facilities only",
  "8": "not applicable, other maternity event",
  "9": "not known",
};

/** What kind of stay was intended. Source: HES technical output specification. */
export const intendedManagementCodes: CodeList = {
  "1": "at least one night",
  "2": "no night",
  "3": "series of admissions with nights",
  "4": "series of admissions without nights",
  "5": "regular nights, days at home",
  "8": "not applicable",
  "9": "not known",
};

/** Whether an episode is finished. Source: HES technical output specification. */
export const episodeStatusCodes: CodeList = {
  "1": "unfinished, until 2016/17",
  "3": "finished",
  "9": "derived unfinished",
};

/** What kind of episode it is. Source: HES technical output specification. */
export const episodeTypeCodes: CodeList = {
  "1": "general",
  "2": "delivery",
  "3": "birth",
  "4": "detained or long-term psychiatric patient",
  "5": "other delivery event",
  "6": "other birth event",
};

/** Where an episode stands in its spell and year. Source: HES technical output specification. */
export const spellBeginCodes: CodeList = {
  "0": "not the first episode",
  "1": "first episode, spell began in an earlier year",
  "2": "first episode, spell began in this year",
};

/** Place in a series of regular admissions. Source: HES technical output specification. */
export const firstRegularCodes: CodeList = { "0": "first of the series", "1": "later in the series" };

/** Level of care of a newborn. Source: HES technical output specification. */
export const neonatalCareCodes: CodeList = {
  "0": "normal care by the mother",
  "1": "special care",
  "2": "level 2, high dependency",
  "3": "level 1, maximal intensive care",
  "8": "not applicable",
  "9": "not known",
};

/** Marital status; digits are the retired list. Source: HES technical output specification. */
export const maritalStatusCodes: CodeList = {
  S: "single",
  M: "married or civil partner",
  D: "divorced or partnership dissolved",
  W: "widowed",
  P: "separated",
  N: "not disclosed",
  "1": "single, old list",
  "2": "married or separated, old list",
  "3": "divorced, old list",
  "4": "widowed, old list",
  "8": "not applicable",
  "9": "not known",
};

/** Legal status under mental health law. Source: HES technical output specification. */
export const legalStatusCodes: CodeList = {
  "01": "informal",
  "02": "detained, section 2",
  "03": "detained, section 3",
  "04": "detained, section 4",
  "05": "detained, section 5(2)",
  "06": "detained, section 5(4)",
  "07": "detained, section 35",
  "08": "detained, section 36",
  "09": "detained, section 37 with restriction",
  "10": "detained, section 37 without restriction",
  "11": "detained, section 37(4)",
  "12": "detained, section 38",
  "13": "detained, section 44",
  "14": "detained, section 46",
  "15": "detained, section 47 with restriction",
  "16": "detained, section 47",
  "17": "detained, section 48 with restriction",
  "18": "detained, section 48",
  "19": "detained, section 135",
  "20": "detained, section 136",
  "21": "detained under the former law",
  "22": "detained, insanity procedure act",
  "23": "detained under another act",
  "24": "supervised discharge",
  "25": "detained, section 45A",
  "26": "not applicable",
  "27": "not known",
};

/** Category of mental disorder. Source: HES technical output specification. */
export const mentalCategoryCodes: CodeList = {
  "1": "mental illness",
  "2": "mental impairment",
  "3": "severe mental impairment",
  "4": "psychopathic disorder",
  "5": "not specified",
  "8": "not applicable",
  "9": "not known",
};

/** Law under which a patient was detained. Source: HES technical output specification. */
export const detentionCodes: CodeList = {
  "0": "informal",
  "1": "Part II of the act of 1983",
  "2": "Part III of the act of 1983 and others",
  "3": "Part X of the act of 1983",
};

/** Earlier psychiatric stays. Source: HES technical output specification. */
export const psychiatricHistoryCodes: CodeList = {
  "0": "no earlier psychiatric stay known",
  "1": "one or more earlier psychiatric stays, first kind",
  "2": "one or more earlier psychiatric stays, second kind",
  "8": "not applicable",
  "9": "not known",
};

/** Number of babies of a delivery. Source: HES technical output specification. */
export const babyCountCodes: CodeList = {
  "1": "one",
  "2": "two",
  "3": "three",
  "4": "four",
  "5": "five",
  "6": "six or more",
  "9": "not known",
  X: "not known, was sent empty",
};

/** How a baby was delivered. Source: HES technical output specification. */
export const deliveryMethodCodes: CodeList = {
  "0": "spontaneous, vertex",
  "1": "spontaneous, other head first",
  "2": "low forceps",
  "3": "other forceps",
  "4": "vacuum",
  "5": "breech, spontaneous or partly assisted",
  "6": "breech extraction",
  "7": "elective caesarean",
  "8": "emergency caesarean",
  "9": "other",
  X: "not known",
};

/** Where a baby was delivered. Source: HES technical output specification. */
export const deliveryPlaceCodes: CodeList = {
  "0": "NHS hospital, midwife ward",
  "1": "home",
  "2": "NHS hospital, consultant ward",
  "3": "NHS hospital, general practitioner ward",
  "4": "NHS hospital, mixed ward",
  "5": "private hospital",
  "6": "other hospital or institution",
  "7": "NHS hospital, ward without delivery facilities",
  "8": "elsewhere",
  "9": "not known",
};

/** How labour began. Source: HES technical output specification. */
export const labourOnsetCodes: CodeList = {
  "1": "spontaneous",
  "2": "caesarean without labour",
  "3": "surgical induction",
  "4": "medical induction",
  "5": "surgical and medical induction",
  "9": "not known",
};

/** Who conducted a delivery. Source: HES technical output specification. */
export const deliveryPersonCodes: CodeList = {
  "1": "hospital doctor",
  "2": "general practitioner",
  "3": "midwife",
  "8": "other",
  "9": "not known",
};

/** Whether a baby was born alive. Source: HES technical output specification. */
export const birthStatusCodes: CodeList = {
  "1": "live",
  "2": "stillborn, before labour",
  "3": "stillborn, in labour",
  "4": "stillborn, time not clear",
  "9": "not known",
};

/** How a newborn was resuscitated. Source: HES technical output specification. */
export const resuscitationCodes: CodeList = {
  "1": "no pressure, no drugs",
  "2": "no pressure, drugs",
  "3": "mask, no drugs",
  "4": "mask and drugs",
  "5": "tube, no drugs",
  "6": "tube and drugs",
  "8": "not applicable",
  "9": "not known",
};
