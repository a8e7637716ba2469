import { sha256 } from "../base/hash.ts";
import { literal, type Sql, sql } from "../sql/sql.ts";

/**
 * Draws that depend on a seed, an entity and a purpose alone, so that any part of the world can be made
 * again by itself and no thread or row order changes it. An entity is a non-negative whole number in SQL.
 */
export interface Draw {
  /** DOUBLE in [0, 1). */
  readonly uniform: (entity: Sql, purpose: string) => Sql;
  /** INTEGER in 0..n−1; `n` up to 2³¹. */
  readonly pick: (entity: Sql, n: number | Sql, purpose: string) => Sql;
  /** BOOLEAN, true at this rate; steps of one in a million. */
  readonly chance: (entity: Sql, rate: number, purpose: string) => Sql;
}

/** The draws of one seed. They stand on DuckDB's integer hash, stable for a pinned DuckDB version. */
export function drawsOf(seed: number): Draw {
  const hashed = (entity: Sql, purpose: string): Sql =>
    sql`hash(CAST(${entity} AS BIGINT) + ${literal(salt(seed, purpose))})`;
  return {
    uniform: (entity, purpose) => sql`((${hashed(entity, purpose)} >> 12) * 2.220446049250313e-16)`,
    pick: (entity, n, purpose) =>
      sql`CAST((${hashed(entity, purpose)} >> 3) % ${typeof n === "number" ? literal(n) : n} AS INTEGER)`,
    chance: (entity, rate, purpose) =>
      sql`((${hashed(entity, purpose)} >> 3) % 1000000 < ${literal(Math.round(rate * 1_000_000))})`,
  };
}

/** 60 bits that differ between purposes and seeds; the sum with an entity below 2⁶² stays a BIGINT. */
function salt(seed: number, purpose: string): bigint {
  return BigInt(`0x${sha256(`${seed}/${purpose}`).slice(0, 15)}`);
}
