import { ageBand5, ageBandChildren, ageBandWorking } from "./age-bands.ts";
import type { Derivation } from "./derived.ts";
import { finishedAdmission, finishedEpisode } from "./episodes.ts";
import { continuousSpell, spell } from "./spells.ts";

/** Every derived field, by the name that a specification gives it. */
export const derivations: Readonly<Record<string, Derivation>> = {
  age_band_5: ageBand5,
  age_band_children: ageBandChildren,
  age_band_working: ageBandWorking,
  fce: finishedEpisode,
  fae: finishedAdmission,
  spell,
  continuous_spell: continuousSpell,
};
