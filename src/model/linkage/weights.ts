/**
 * Match weights of a Fellegi–Sunter model, in bits.
 *
 *     w(level)  = log2(m / u)
 *     prior     = log2(λ / (1 − λ))
 *     W         = prior + Σ over comparisons of w(level) + term frequency
 *     p         = 2^W / (1 + 2^W)
 *
 * Source: Fellegi and Sunter, A Theory for Record Linkage, JASA 64 (1969), section 2.
 */

/** What one bit is in the integer counts that weights are added up in: sums are exact, whatever their order. */
const unitsPerBit = 1e12;

/** The least m or u that is divided by. */
const least = 1e-300;

/** The weight of a level in bits. */
export function levelWeight(m: number, u: number): number {
  return Math.log2(Math.max(m, least) / Math.max(u, least));
}

/** The weight that two random records begin with: the log odds of λ, the share of matches among all pairs. */
export function priorWeight(lambda: number): number {
  return Math.log2(lambda / (1 - lambda));
}

/** The share that has these log odds; the inverse of `priorWeight`. */
export function probabilityOf(weight: number): number {
  if (weight >= 0) return 1 / (1 + 2 ** -weight);
  const odds = 2 ** weight;
  return odds / (1 + odds);
}

/** A weight as a whole number of 10⁻¹² bits; exact up to 9,000 bits. */
export function unitsOf(weight: number): number {
  return Math.round(weight * unitsPerBit);
}

/** A whole number of 10⁻¹² bits as DECIMAL(18,12) has it: "-12.345678901234". */
export function decimalOf(units: number): string {
  const digits = String(Math.abs(units)).padStart(13, "0");
  const sign = units < 0 ? "-" : "";
  return `${sign}${digits.slice(0, -12)}.${digits.slice(-12)}`;
}

/**
 * The weight that the frequency of a shared value adds to its level: common values say less than the level's average,
 * rare ones more.
 *
 * In: `base`, the u of the exact level of the same column; the share of either record's value among those present, or
 * undefined where it is missing; the level's own factor and least share.
 * Out: bits; 0 where both are missing. The greater share counts, as of two spellings the commoner says less.
 * Source: Splink, term frequency adjustments.
 */
export function termFrequencyWeight(
  base: number,
  left: number | undefined,
  right: number | undefined,
  { factor = 1, leastShare = 0 }: { readonly factor?: number; readonly leastShare?: number } = {},
): number {
  const share = Math.max(left ?? 0, right ?? 0, leastShare);
  if ((left === undefined && right === undefined) || factor === 0) return 0;
  return factor * Math.log2(Math.max(base, least) / Math.max(share, least));
}
