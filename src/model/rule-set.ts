import type { IdentityRole } from "../catalogue/dataset.ts";

/** What rules may compare. */
export type MatchRole = Exclude<
  IdentityRole,
  "given_person_id" | "start_date" | "end_date" | "family_name" | "given_name"
>;

/**
 * One field's test. NULL never agrees.
 *
 * exact: both known and equal after cleaning.
 * partial-date: two of day, month and year agree, or the year does and day and month are swapped; equal dates pass.
 * not-contradicting: no two known, different values stand against each other.
 */
export interface RoleAgreement {
  readonly role: MatchRole;
  readonly how: "exact" | "partial-date" | "not-contradicting";
}

/** not-1-january: a day that often stands for "some day". not-communal: a postcode where few of the crowd are kin. */
type PassCondition = "not-1-january" | "not-communal";

/** One pass: every agreement and every condition must hold. Lower ranks are stronger and go first. */
export interface RulePass {
  readonly rank: number;
  readonly about: string;
  readonly agreements: readonly RoleAgreement[];
  readonly conditions: readonly PassCondition[];
}

/**
 * Deterministic linkage rules as data: what is compared, in which order, and what is kept. A published rule set never
 * changes; a better one is a new version, and with it the cleaning of values.
 */
export interface RuleSet {
  readonly name: string;
  readonly version: number;
  readonly about: string;
  readonly source: string;
  /** Name and version of how values are cleaned and judged before they are compared. */
  readonly cleaning: "hes-identity@1";
  /** In order of rank. */
  readonly passes: readonly RulePass[];
  /** all: whatever agrees is one person, through others too. one-to-one: each side once, the strongest pair first. */
  readonly keep: "all" | "one-to-one";
}

/** `hesid@1`. */
export function ruleSetName({ name, version }: Pick<RuleSet, "name" | "version">): string {
  return `${name}@${version}`;
}

/** Agreements that must be exact, on these roles. */
export function exact(...roles: readonly MatchRole[]): RoleAgreement[] {
  return roles.map((role) => ({ role, how: "exact" }));
}

/** Roles of a pass by how they must agree. */
export function rolesOf(pass: RulePass, how: RoleAgreement["how"]): MatchRole[] {
  return pass.agreements.filter((a) => a.how === how).map((a) => a.role);
}
