import { InvariantError } from "../base/diagnostics.ts";

/** Rules for counts of persons or records that leave, as data. */
export interface DisclosurePolicy {
  readonly id: string;
  readonly version: number;
  readonly about: string;
  /** Counts from 1 to this are not shown. */
  readonly hiddenUpTo: number;
  /** Other counts are shown as the nearest multiple of this. */
  readonly roundTo: number;
}

/**
 * The policies that an agreement can name.
 * Source: HES analysis guide, rule in force from 13 September 2018, for counts below national level.
 */
export const disclosurePolicies: Readonly<Record<"hes-2018", DisclosurePolicy>> = {
  "hes-2018": {
    id: "hes-2018",
    version: 1,
    about:
      "0 is shown, 1 to 7 are shown as *, other counts as the nearest 5; percentages come from rounded counts",
    hiddenUpTo: 7,
    roundTo: 5,
  },
};

/** A count as it may be seen; `*` stands for one too small to show. */
export type ShownCount = number | "*";

/**
 * A count under a policy. The true count is classified before anything is rounded: rounding first would turn 1 and 2
 * into a 0 that looks true.
 *
 * Errors: InvariantError on what is not a count.
 */
export function showCount(policy: DisclosurePolicy, count: number): ShownCount {
  if (!Number.isSafeInteger(count) || count < 0)
    throw new InvariantError("a count is a whole number, not below 0");
  if (count === 0) return 0;
  if (count <= policy.hiddenUpTo) return "*";
  return Math.round(count / policy.roundTo) * policy.roundTo;
}

/** A percentage to one decimal, from the rounded counts; `*` where either is hidden, null where there is no whole. */
export function showPercentage(policy: DisclosurePolicy, part: number, whole: number): number | "*" | null {
  const shownPart = showCount(policy, part);
  const shownWhole = showCount(policy, whole);
  if (shownPart === "*" || shownWhole === "*") return "*";
  return shownWhole === 0 ? null : Math.round((shownPart / shownWhole) * 1000) / 10;
}
