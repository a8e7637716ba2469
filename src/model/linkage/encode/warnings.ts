import type { ClkPlan } from "./clk-plan.ts";

/** What of an encoding its dangers depend on. */
interface EncodedColumns {
  readonly tokens: readonly { readonly name: string }[];
  readonly clks: readonly { readonly name: string; readonly plan: ClkPlan }[];
}

/** What an encoded file does not protect from, in sentences. */
export function encodingWarnings({ tokens, clks }: EncodedColumns): string[] {
  const single = clks.filter(({ plan }) => plan.parts.length === 1).map(({ name }) => `${name}_clk`);
  const isHardened = clks.some(({ plan }) => plan.fold || plan.balance || plan.isSalted);
  const hasNoise = clks.some(({ plan }) => plan.blip !== undefined);
  return [
    "This is still personal data. Whoever has the key can encode names and look for them in the file: use a key for one linkage alone, keep it from the one who links, and destroy it and the file afterwards.",
    ...(tokens.length > 0
      ? [
          "Equal values have equal tokens, so that a common value can be guessed from how often its token stands in the file, without the key.",
        ]
      : []),
    ...(single.length > 0
      ? [
          `A bit vector of one value can be attacked by frequency and by its patterns: ${single.join(", ")}. Vectors of several values, or hardened ones, withstand more.`,
        ]
      : []),
    ...(clks.length > 0 && !isHardened && !hasNoise
      ? ["The bit vectors are not hardened: see fold, balance, salt and blip under hardening."]
      : []),
    ...(isHardened
      ? [
          "Hardening makes patterns harder to read; it does not stop the frequency of a whole vector from being counted, nor whoever has the key.",
        ]
      : []),
    ...(hasNoise
      ? [
          "The noise comes from the key and the record's id: it protects from those who lack the key, and a threshold of similarity must be lower than without it.",
        ]
      : []),
  ];
}
