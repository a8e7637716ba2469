import { ident, literal, type Sql, sql } from "../sql/sql.ts";
import { codeAt, pack } from "./packed.ts";
import type { Plan } from "./plan.ts";

const letters = "ABCDEFGHJKLMNPQRTVWXY";
const marks = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/** A hundred and fifty trusts, R and two characters; codes as real ones look, chosen by rule. */
const trusts = pack(
  Array.from({ length: 150 }, (_, i) => `R${letters[i % letters.length]}${marks[(i * 7) % marks.length]}`),
);

/** Number of the trust a person is seen by: of those nearest to home by seven in eight, of any by the rest. */
export function trustOf({ draw }: Plan, entity: Sql, area: Sql, purpose: string): Sql {
  const count = literal(trusts.count);
  const near = sql`(coalesce(${area}, 0) * 3 // 2 + ${draw.pick(entity, 2, `${purpose} near`)}) % ${count}`;
  return sql`CAST(CASE WHEN ${draw.chance(entity, 0.125, `${purpose} far`)} THEN ${draw.pick(entity, trusts.count, `${purpose} any`)} ELSE ${near} END AS INTEGER)`;
}

/** Another trust than the given one. */
export function otherTrust({ draw }: Plan, entity: Sql, trust: Sql, purpose: string): Sql {
  return sql`((${trust} + 1 + ${draw.pick(entity, trusts.count - 1, purpose)}) % ${literal(trusts.count)})`;
}

/** Three characters. */
export function trustCode(trust: Sql): Sql {
  return codeAt(trusts, trust);
}

/** Columns that name the provider, from `trust`; a trust has up to three sites. */
export function providerColumns({ draw }: Plan, entity: Sql): Record<string, Sql> {
  const code = trustCode(ident("trust"));
  return {
    PROCODE3: code,
    PROCODE5: sql`(${code} || '00')`,
    PROCODET: code,
    SITETRET: sql`CASE WHEN ${draw.chance(entity, 0.9, "site known")} THEN ${code} || '0' || (1 + ${draw.pick(entity, 3, "site")}) END`,
    LOPATID: localPatientId(ident("person"), ident("trust")),
  };
}

/** Local patient id: one for a person and trust, unique within the trust; a letter and nine digits. */
function localPatientId(person: Sql, trust: Sql): Sql {
  const number = sql`((CAST(${person} AS BIGINT) * 387420489 + CAST(${trust} AS BIGINT) * 61803399) % 1000000000)`;
  return sql`(${codeAt(pack([..."ABCDEFGHJK"]), sql`${trust} % 10`)} || lpad(CAST(${number} AS VARCHAR), 9, '0'))`;
}
