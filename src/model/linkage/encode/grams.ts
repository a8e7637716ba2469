/** How a value is cut into grams. */
export interface GramShape {
  /** Characters of a gram. */
  readonly q: number;
  /** Whether a gram counts only at its place: for dates and numbers. */
  readonly positional: boolean;
}

/**
 * The distinct grams of a value, in order of first place: of `q` characters each, with `q` − 1 blanks before and behind
 * it, so that its ends count as much as its middle. A positional gram has its place, from 1, and a blank before it.
 *
 * Source: Schnell, Bachteler and Reiher, BMC Medical Informatics and Decision Making 9:41 (2009).
 */
export function gramsOf(value: string, { q, positional }: GramShape): string[] {
  const padding = " ".repeat(q - 1);
  const signs = [...padding, ...value, ...padding];
  const grams = Array.from({ length: Math.max(0, signs.length - q + 1) }, (_, i) => {
    const gram = signs.slice(i, i + q).join("");
    return positional ? `${i + 1} ${gram}` : gram;
  });
  return [...new Set(grams)];
}
