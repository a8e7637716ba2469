import { and, ident, join, literal, type Sql, sql } from "../sql/sql.ts";
import { agreeInPartSql, isFirstOfJanuarySql } from "./identity-sql.ts";
import { type RulePass, rolesOf } from "./rule-set.ts";

/** Passes that can be tried on the same pairs: those equal on `keys`. */
export interface RuleBlock {
  readonly name: string;
  readonly keys: readonly string[];
  readonly passes: readonly RulePass[];
}

/** The passes of a rule set by what brings their pairs together. */
export function blocksOf(passes: readonly RulePass[]): RuleBlock[] {
  const keysOf = (pass: RulePass): string[] => {
    const roles = rolesOf(pass, "exact");
    return roles.includes("nhs_number") ? ["nhs_number"] : roles;
  };
  const names = [...new Set(passes.map((pass) => keysOf(pass).join("_")))];
  return names.map((name) => {
    const own = passes.filter((pass) => keysOf(pass).join("_") === name);
    return { name: `pair_by_${name}`, keys: own[0] === undefined ? [] : keysOf(own[0]), passes: own };
  });
}

/**
 * Whether a pass holds of a row `d` and a person's profile `p`.
 *
 * Tables in scope beside them, each by outer join: `k` (postcode: the row's, where communal), `a` (person_id: of the
 * profile, where its person has any NHS number) and `s` (person_id: where the person is also known by the row's number).
 */
function passHolds(pass: RulePass): Sql {
  const agreements = pass.agreements.map(({ role, how }) => {
    if (how === "exact") return sql`${ident("d", role)} = ${ident("p", role)}`;
    if (how === "partial-date") return agreeInPartSql(ident("d", role), ident("p", role));
    // Unknown on one side, or the person is also known by this very number.
    return sql`(d.nhs_number IS NULL OR a.person_id IS NULL OR s.person_id IS NOT NULL)`;
  });
  const conditions = pass.conditions.map((condition) =>
    condition === "not-communal"
      ? sql`k.postcode IS NULL`
      : sql`NOT ${isFirstOfJanuarySql(ident("d", "birth_date"))}`,
  );
  return and([...agreements, ...conditions]);
}

/** The best rank by which a row and a profile of a block agree, NULL where none does. */
export function bestRank({ passes }: RuleBlock): Sql {
  const cases = passes.map((pass) => sql`WHEN ${passHolds(pass)} THEN ${literal(pass.rank)}`);
  return sql`CASE ${join(cases, sql` `)} END`;
}

/**
 * The pairs of a block, `d` of the rows with `p` of the profiles, and what its passes look at beside them: `numbers`
 * (person_id, nhs_number) and the table `communal` (postcode).
 */
export function blockPairs(
  { keys, passes }: RuleBlock,
  { rows, profiles, numbers }: { readonly rows: Sql; readonly profiles: Sql; readonly numbers: Sql },
): Sql {
  const forbids = passes.some((pass) => rolesOf(pass, "not-contradicting").length > 0);
  const known = sql`
  LEFT JOIN (SELECT DISTINCT n.person_id FROM ${numbers} AS n) AS a ON a.person_id = p.person_id
  LEFT JOIN ${numbers} AS s ON s.person_id = p.person_id AND s.nhs_number = d.nhs_number`;
  return sql`${rows} AS d
  JOIN ${profiles} AS p ON ${and(keys.map((key) => sql`${ident("d", key)} = ${ident("p", key)}`))}${
    forbids ? known : sql``
  }
  LEFT JOIN communal AS k ON k.postcode = d.postcode`;
}
