/** One identity profile in the ledger of persons. */
interface LedgerProfile {
  readonly profile: string;
  readonly person: number;
  readonly isFounding: boolean;
  readonly isDormant: boolean;
}

/** The ledger after a run, and what changed. */
export interface Ledger {
  readonly profiles: readonly LedgerProfile[];
  /** Highest id ever given; no id is given twice. */
  readonly highest: number;
  readonly merges: readonly (readonly [old: number, now: number])[];
  readonly splits: readonly (readonly [old: number, now: number])[];
}

export const emptyLedger: Ledger = { profiles: [], highest: 0, merges: [], splits: [] };

/**
 * The next ledger: every component of profiles gets its person's id.
 *
 * In: the profiles that stand in records now, in order of their least record, each with the index of the least profile
 * of its component.
 * A known id stays with the component of its founding profile, or of its least profile where that has gone. A component
 * that keeps several ids takes the lowest; one that keeps none gets the next new id, in order of its least profile.
 * Profiles that stand in no record stay, dormant, and follow merges.
 */
export function nextLedger(
  before: Ledger,
  current: readonly { readonly profile: string; readonly component: number }[],
): Ledger {
  const known = new Map(before.profiles.map((p) => [p.profile, p]));
  const founder = new Map<number, number>();
  for (const wanted of [true, false]) {
    current.forEach(({ profile }, i) => {
      const old = known.get(profile);
      if (old !== undefined && old.isFounding === wanted && !founder.has(old.person))
        founder.set(old.person, i);
    });
  }
  const componentOf = (i: number) => current[i]?.component ?? i;
  const idOf = new Map<number, number>();
  for (const id of [...founder.keys()].sort((a, b) => b - a)) idOf.set(componentOf(founder.get(id) ?? 0), id);
  let highest = before.highest;
  current.forEach(({ component }, i) => {
    if (component === i && !idOf.has(component)) idOf.set(component, ++highest);
  });
  const personOf = (i: number) => idOf.get(componentOf(i)) ?? 0;
  const nowOf = (id: number) => {
    const at = founder.get(id);
    return at === undefined ? id : personOf(at);
  };
  const standing = current.map(({ profile, component }, i) => {
    const person = personOf(i);
    return { profile, person, isFounding: (founder.get(person) ?? component) === i, isDormant: false };
  });
  const now = new Set(current.map((p) => p.profile));
  const dormant = before.profiles
    .filter((p) => !now.has(p.profile))
    .map((p) => ({
      ...p,
      person: nowOf(p.person),
      isFounding: p.isFounding && !founder.has(p.person),
      isDormant: true,
    }));
  const merges = [...founder.keys()].filter((id) => nowOf(id) !== id).map((id) => [id, nowOf(id)] as const);
  const moved = current.flatMap(({ profile, component }, i) => {
    const old = known.get(profile)?.person;
    return old === undefined || componentOf(founder.get(old) ?? i) === component
      ? []
      : [`${old} ${personOf(i)}`];
  });
  const splits = [...new Set(moved)].map(
    (text) => text.split(" ").map(Number) as unknown as [number, number],
  );
  return { profiles: [...standing, ...dormant], highest, merges, splits };
}
