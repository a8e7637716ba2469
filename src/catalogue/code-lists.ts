import type { CodeList } from "./dataset.ts";

/** Dates that stand for "no date" in HES. Source: HES technical output specification. */
export const missingDates: CodeList = {
  "1800-01-01": "date was sent empty",
  "1801-01-01": "date was sent but is not valid",
  "1600-01-01": "date was sent empty, years up to 2011/12",
  "1582-10-15": "date was sent but is not valid, years up to 2011/12",
};

/** Times that stand for "no time" in HES. Source: HES technical output specification. */
export const missingTimes: CodeList = {
  "3000": "time was sent but is not valid",
  "4000": "time was sent empty",
};

/** Values of two-character codes that say nothing. Source: HES technical output specification. */
export const missingTwo: CodeList = { "98": "not applicable", "99": "not known" };

/** Values of one-character codes that say nothing. Source: HES technical output specification. */
export const missingOne: CodeList = { "8": "not applicable", "9": "not known" };

/** The mark for an unknown code in HES. Source: HES technical output specification. */
export const missingMark: CodeList = { "&": "not known" };

/** Values of three-digit day counts in critical care. Source: HES technical output specification. */
export const supportDays: CodeList = {
  "998": "998 days or more",
  "999": "support was given, days not known",
};

/** Diagnosis codes that say nothing. Source: HES technical output specification. */
export const missingDiagnosis: CodeList = {
  R69X: "diagnosis not known",
  R69X3: "an external cause stood as the primary diagnosis",
  R69X6: "primary diagnosis was sent empty",
  R69X8: "code is not valid",
};

/** Procedure codes that say nothing. Source: HES technical output specification. */
export const missingProcedure: CodeList = {
  "-": "no procedure was performed",
  "&": "not known whether a procedure was performed",
  X997: "no procedure, older years",
  X998: "no other procedure, older years",
  X999: "no other procedure, older years",
};

/** Providers without a code. Source: HES technical output specification. */
export const missingProvider: CodeList = {
  "89997": "provider outside the United Kingdom",
  "89999": "provider outside the NHS",
};

/** Practices that are none. Source: HES technical output specification. */
export const missingPractice: CodeList = {
  "&": "not known",
  V81997: "patient has no registered practice",
  V81998: "practice does not apply",
  V81999: "practice not known",
};

/** Small areas that are none. Source: HES technical output specification. */
export const missingArea: CodeList = {
  Z99999999: "area not known",
  E99999999: "England, area not known",
  L99999999: "Channel Islands, no area codes",
  M99999999: "Isle of Man, no area codes",
  N99999999: "Northern Ireland, no area codes",
};

/** Residence letters shared by district, county and region. Source: HES technical output specification. */
export const missingResidence: CodeList = { U: "no fixed abode", X: "lives abroad", Y: "not known" };

/** Primary care trusts of residence that are none. Source: HES technical output specification. */
export const missingTrust: CodeList = { "59898": "not applicable", "59999": "not known" };

/** Sex of a person. Source: HES technical output specification. */
export const sexCodes: CodeList = {
  "0": "not known, until 2021/22",
  "1": "male",
  "2": "female",
  "3": "indeterminate, before 1996",
  "9": "indeterminate, neither male nor female",
  X: "not known, from 2022/23",
};

/** Ethnic category; digits are the list before April 2001. Source: HES technical output specification. */
export const ethnicityCodes: CodeList = {
  A: "White: British",
  B: "White: Irish",
  C: "White: any other",
  D: "Mixed: White and Black Caribbean",
  E: "Mixed: White and Black African",
  F: "Mixed: White and Asian",
  G: "Mixed: any other",
  H: "Asian: Indian",
  J: "Asian: Pakistani",
  K: "Asian: Bangladeshi",
  L: "Asian: any other",
  M: "Black: Caribbean",
  N: "Black: African",
  P: "Black: any other",
  R: "Chinese",
  S: "any other group",
  X: "not known, until 2012/13",
  Z: "not stated",
  "99": "not known, from 2013/14",
  "0": "White, old list",
  "1": "Black Caribbean, old list",
  "2": "Black African, old list",
  "3": "Black other, old list",
  "4": "Indian, old list",
  "5": "Pakistani, old list",
  "6": "Bangladeshi, old list",
  "7": "Chinese, old list",
  "8": "any other, old list",
  "9": "not given, old list",
};

/** Ethnic categories that say nothing. Source: HES technical output specification. */
export const missingEthnicity: CodeList = { X: "not known", Z: "not stated", "99": "not known" };

/** Ages of babies and of the very old. Source: HES technical output specification. */
export const ageCodes: CodeList = {
  "120": "120 years or more",
  "7001": "less than one day",
  "7002": "1 to 6 days",
  "7003": "7 to 28 days",
  "7004": "29 to 90 days",
  "7005": "91 to 181 days",
  "7006": "182 to 272 days",
  "7007": "273 days to under one year",
};

/** How a patient was admitted. Source: HES technical output specification. */
export const admissionMethodCodes: CodeList = {
  "11": "elective, waiting list",
  "12": "elective, booked",
  "13": "elective, planned",
  "21": "emergency, emergency department or dental casualty",
  "22": "emergency, after a general practitioner's request",
  "23": "emergency, bed bureau",
  "24": "emergency, consultant clinic",
  "25": "emergency, mental health crisis team",
  "28": "emergency, other means",
  "2A": "emergency, emergency department of another provider",
  "2B": "emergency, transfer from another provider",
  "2C": "baby born at home as intended",
  "2D": "emergency, other",
  "31": "maternity, before delivery",
  "32": "maternity, after delivery",
  "81": "transfer from another provider, not an emergency",
  "82": "birth with this provider",
  "83": "birth outside this provider, not at home as intended",
  "84": "high security hospital, admissions panel",
  "89": "high security hospital, waiting list",
  "98": "not applicable",
  "99": "not known",
};

/** Where a patient came from or went to. Source: HES technical output specification. */
const placeCodes: CodeList = {
  "19": "usual place of residence",
  "29": "temporary place of residence",
  "30": "repatriation from a high security hospital",
  "37": "court",
  "38": "police station",
  "39": "penal establishment, in older years also court and police",
  "40": "penal establishment, from 2022/23",
  "42": "police station or custody suite",
  "48": "high security hospital in Scotland",
  "49": "NHS, high security psychiatric ward",
  "50": "NHS, medium secure unit",
  "51": "NHS, general ward",
  "52": "NHS, maternity or neonatal ward",
  "53": "NHS, ward for mental illness or learning disability",
  "54": "NHS care home",
  "55": "care home with nursing",
  "56": "care home without nursing",
  "65": "local authority residential home",
  "66": "local authority foster care",
  "85": "care home outside NHS and local authority",
  "86": "nursing home outside NHS and local authority",
  "87": "independent hospital",
  "88": "hospice",
  "98": "not applicable",
  "99": "not known",
};

/** Where a patient was immediately before admission. Source: HES technical output specification. */
export const admissionSourceCodes: CodeList = {
  ...placeCodes,
  "41": "court, retired 2022/23",
  "69": "local authority home or care, before 1996",
  "79": "baby born in or on the way to hospital",
  "89": "institution outside the NHS, before 1996",
};

/** Where a patient went on discharge. Source: HES technical output specification. */
export const dischargeDestinationCodes: CodeList = {
  ...placeCodes,
  "79": "none, the patient died or was stillborn",
  "84": "independent hospital, medium secure unit",
  "89": "organisation responsible for forced repatriation",
};

/** How a stay ended. Source: HES technical output specification. */
export const dischargeMethodCodes: CodeList = {
  "1": "with clinical consent",
  "2": "by the patient or a relative, until 2021/22",
  "3": "by a tribunal, the Home Secretary or a court",
  "4": "died",
  "5": "stillborn",
  "6": "by the patient, from 2022/23",
  "7": "by a relative or advocate, from 2022/23",
  "8": "not applicable, the stay had not ended",
  "9": "not known",
};

/** Who pays for the care. Source: HES technical output specification. */
export const administrativeCategoryCodes: CodeList = {
  "01": "NHS patient, overseas visitors who are charged included",
  "02": "private patient",
  "03": "amenity patient, pays for a room",
  "04": "category II patient, certain work outside the NHS contract",
  "98": "not applicable",
  "99": "not known",
};

/** State of the NHS number on a record. Source: HES technical output specification. */
export const nhsNumberStatusCodes: CodeList = {
  "01": "present and verified",
  "02": "present, not traced",
  "03": "trace required",
  "04": "traced, no match or several",
  "05": "traced, conflict to be resolved",
  "06": "trace in progress",
  "07": "absent, no trace required",
  "08": "trace postponed for a baby under six weeks",
  "91": "made anonymous by SUS",
};

/** Place of an activity in a referral-to-treatment period. Source: HES technical output specification. */
export const referralToTreatmentCodes: CodeList = {
  "10": "first activity of the period",
  "11": "first activity of a new period after active monitoring",
  "12": "first activity of a new period after a consultant's referral",
  "20": "later activity, more expected",
  "21": "later activity by another provider",
  "30": "first definitive treatment",
  "31": "active monitoring started by the patient",
  "32": "active monitoring started by the professional",
  "33": "patient did not attend the first activity",
  "34": "decision not to treat",
  "35": "patient declined the treatment",
  "36": "patient died before treatment",
  "90": "after treatment",
  "91": "during active monitoring",
  "92": "diagnostic tests before referral",
  "98": "not applicable",
  "99": "not yet known",
};

/** Why a record carries no identity. Source: HES technical output specification. */
export const withheldIdentityCodes: CodeList = {
  "01": "legal reason",
  "02": "request of the Caldicott Guardian",
  "03": "request of the patient",
  "97": "other reason",
  "99": "reason not known",
};

/** Whether somebody cares for the patient at home. Source: HES technical output specification. */
export const carerCodes: CodeList = {
  "01": "carer available",
  "02": "no carer available",
  "99": "not known",
};

/** Whether a procedure was done. Source: HES technical output specification. */
export const operationStatusCodes: CodeList = {
  "1": "one or more procedures performed",
  "8": "none performed or intended",
  "9": "not known",
};

/** A derived yes or no. Source: HES technical output specification. */
export const flagCodes: CodeList = { "0": "no", "1": "yes" };
