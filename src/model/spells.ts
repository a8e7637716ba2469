/**
 * Spells and continuous spells, slowly and plainly: what the SQL of an extract is tested against.
 *
 * A spell is one patient's stay with one provider; a continuous spell joins spells that a transfer connects.
 * Source: HFAnalyticsLab HES_pipeline (spells.R, derived_variables), as kept in the data set reference, section 2.
 */

/** An episode, its dates as day numbers. null is "not known". */
export interface Episode {
  readonly key: string;
  readonly person: number;
  readonly provider: string | null;
  readonly start: number | null;
  readonly end: number | null;
  readonly admission: number | null;
  /** 1 to 87; 98, 99 and null say nothing. */
  readonly order: number | null;
  readonly status: string | null;
  readonly dischargeMethod: string | null;
  readonly dischargeDestination: string | null;
  readonly admissionSource: string | null;
  readonly admissionMethod: string | null;
}

/** Codes of a transfer, by the field they stand in. 66 to 69 stood for 2A to 2D in recoded files and are not met here. */
export const transfer = {
  /** DISDEST and ADMISORC: general, maternity or mental health ward of another hospital. */
  wards: ["51", "52", "53"],
  /** ADMIMETH: emergency and other transfer from another provider. */
  methods: ["2B", "81"],
} as const;

/** DISMETH of a stay that is not finished, or of which that is not known. */
export const unfinished = ["8", "9"] as const;

/** Greatest gap between two joined spells in days: one that ends on the 1st joins one that begins on the 4th. Overlaps join too. */
export const continuousGap = 3;

/** Spells that hold episodes, each a list of keys in order. */
export interface Spells {
  readonly spells: readonly (readonly string[])[];
  readonly continuous: readonly (readonly string[])[];
}

type Valid = Episode & { readonly start: number; readonly end: number };

/** Groups episodes. Those that are unfinished, or lack provider, start, end or admission, are in no spell. */
export function groupSpells(episodes: readonly Episode[]): Spells {
  const valid = episodes.filter(
    (e): e is Valid =>
      e.status === "3" && e.provider !== null && e.start !== null && e.end !== null && e.admission !== null,
  );
  const spells = groupBy(valid, (e) => JSON.stringify([e.person, e.provider])).flatMap(spellsOfStay);
  const continuous = groupBy(spells, (s) => String(s[0]?.person)).flatMap(joinSpells);
  const keys = (group: readonly Valid[]) => group.map((e) => e.key);
  return { spells: spells.map(keys), continuous: continuous.map((group) => keys(group.flat())) };
}

/** One person's episodes with one provider, cut where a new spell begins. */
function spellsOfStay(episodes: readonly Valid[]): Valid[][] {
  const inOrder = [...episodes].sort(
    (a, b) =>
      a.start - b.start ||
      a.end - b.end ||
      (placeOf(a) ?? 1000) - (placeOf(b) ?? 1000) ||
      transitOf(a, a) - transitOf(b, b) ||
      (a.key < b.key ? -1 : 1),
  );
  return cut(inOrder, (previous, e) => {
    const goesOn = isOneOf(unfinished, previous.dischargeMethod) && e.start === previous.end;
    return e.admission === previous.admission || e.start === previous.start || goesOn;
  });
}

/** One person's spells, cut where no transfer connects two. */
function joinSpells(spells: readonly Valid[][]): Valid[][][] {
  const described = spells.map((episodes) => {
    const first = episodes[0] as Valid;
    const last = episodes.at(-1) as Valid;
    const start = Math.min(...episodes.map((e) => e.start));
    const end = Math.max(...episodes.map((e) => e.end));
    return { episodes, first, last, start, end, transit: transitOf(first, last) };
  });
  described.sort(
    (a, b) =>
      a.start - b.start || a.end - b.end || a.transit - b.transit || (a.first.key < b.first.key ? -1 : 1),
  );
  return cut(described, (previous, s) => {
    const isTransfer = leaves(previous.last) || arrives(s.first);
    return isTransfer && s.start - previous.end <= continuousGap;
  }).map((group) => group.map((s) => s.episodes));
}

function placeOf({ order }: Episode): number | null {
  return order === null || order >= 98 ? null : order;
}

function leaves(e: Episode): boolean {
  return isOneOf(transfer.wards, e.dischargeDestination);
}

function arrives(e: Episode): boolean {
  return isOneOf(transfer.wards, e.admissionSource) || isOneOf(transfer.methods, e.admissionMethod);
}

/** 0 no transfer, 1 leaves by one, 2 arrives and leaves, 3 arrives: the order of what happens on one day. */
function transitOf(first: Episode, last: Episode): number {
  if (arrives(first)) return leaves(last) ? 2 : 3;
  return leaves(last) ? 1 : 0;
}

function isOneOf(codes: readonly string[], code: string | null): boolean {
  return code !== null && codes.includes(code);
}

function cut<T>(items: readonly T[], belongs: (previous: T, item: T) => boolean): T[][] {
  const groups: T[][] = [];
  for (const item of items) {
    const group = groups.at(-1);
    const previous = group?.at(-1);
    if (group !== undefined && previous !== undefined && belongs(previous, item)) group.push(item);
    else groups.push([item]);
  }
  return groups;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item)) ?? [];
    group.push(item);
    groups.set(keyOf(item), group);
  }
  return [...groups.values()];
}
