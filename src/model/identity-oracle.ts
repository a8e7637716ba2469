import {
  agreeInPart,
  type CleanProfile,
  cleanBirthDate,
  cleanNhsNumber,
  cleanPostcode,
  cleanSex,
  cleanText,
  profileRoles,
} from "./identity.ts";
import { UnionFind } from "./union-find.ts";

/** A record as submitted, with the end of what it records. `key` is "data set/natural key". */
export type SubmittedRecord = CleanProfile & {
  readonly key: string;
  readonly given_person_id: string | null;
  readonly end: string | null;
};

/** A record as judged: its cleaned values and how it can find its person. */
export interface JudgedRecord {
  readonly key: string;
  readonly values: CleanProfile & { readonly given_person_id: string | null };
  readonly reach: "passes" | "given" | "none";
  /** Equal for records of one profile. */
  readonly profile: string;
}

/** Cleans and judges one record by hesid@1. */
export function judge(record: SubmittedRecord): JudgedRecord {
  const provider = cleanText(record.provider);
  const local = cleanText(record.local_patient_id);
  const both = provider !== null && local !== null;
  const values = {
    nhs_number: cleanNhsNumber(record.nhs_number),
    birth_date: cleanBirthDate(record.birth_date, record.end),
    sex: cleanSex(record.sex),
    postcode: cleanPostcode(record.postcode),
    provider: both ? provider : null,
    local_patient_id: both ? local : null,
  };
  const given = cleanText(record.given_person_id);
  const born = values.sex !== null && values.birth_date !== null;
  const placed = born && values.postcode !== null;
  const passes =
    (born && values.nhs_number !== null) || (placed && (both || !values.birth_date?.endsWith("-01-01")));
  const reach = passes ? "passes" : given !== null ? "given" : "none";
  const all = { ...values, given_person_id: reach === "passes" ? null : given };
  return {
    key: record.key,
    values: all,
    reach,
    profile: reach === "none" ? record.key : JSON.stringify(all),
  };
}

/**
 * Which records are of one person by hesid@1, by comparing every pair: slow and plain, to hold the SQL against.
 * Out: for each record the least index of its person's records.
 */
export function personsByPairs(records: readonly JudgedRecord[]): number[] {
  const found = new UnionFind(records.length);
  records.forEach((a, i) => {
    found.join(i, i);
    for (let j = 0; j < i; j++) {
      const b = records[j];
      if (b !== undefined && agreeOutright(a, b)) found.join(i, j);
    }
  });
  const cluster = records.map((_, i) => found.find(i));
  const numbered = new Set(cluster.filter((_, i) => records[i]?.values.nhs_number != null));
  for (const [i, record] of records.entries()) {
    const own = cluster[i] ?? i;
    if (numbered.has(own) || !mayAttach(record)) continue;
    const there = records.flatMap((other, j) => (sameDemographics(record, other) ? [cluster[j] ?? j] : []));
    const targets = new Set(there.filter((c) => numbered.has(c)));
    if (targets.size <= 1) for (const c of there) found.join(own, c);
  }
  return records.map((_, i) => found.find(i));
}

function agreeOutright(a: JudgedRecord, b: JudgedRecord): boolean {
  if (a.profile === b.profile) return true;
  if (a.reach !== b.reach) return false;
  const [x, y] = [a.values, b.values];
  if (a.reach === "given") return x.given_person_id === y.given_person_id;
  if (a.reach === "none") return false;
  const born = x.birth_date !== null && y.birth_date !== null && x.sex !== null && x.sex === y.sex;
  const first =
    born && x.nhs_number !== null && x.nhs_number === y.nhs_number && agreeInPart(x.birth_date, y.birth_date);
  const second = profileRoles.every(
    (role) => role === "nhs_number" || (x[role] !== null && x[role] === y[role]),
  );
  return first || second;
}

function mayAttach({ values, reach }: JudgedRecord): boolean {
  const { sex, birth_date: birth, postcode } = values;
  return (
    reach === "passes" && sex !== null && birth !== null && postcode !== null && !birth.endsWith("-01-01")
  );
}

function sameDemographics(a: JudgedRecord, b: JudgedRecord): boolean {
  const roles = ["sex", "birth_date", "postcode"] as const;
  return mayAttach(b) && roles.every((role) => a.values[role] === b.values[role]);
}
