import { type Day, dayOf, monthEnd } from "./calendar.ts";
import { type Draw, drawsOf } from "./draw.ts";

/** What a synthetic England is made of. */
export interface SynthOptions {
  /** Persons alive in, or born into, the years. */
  readonly people: number;
  /** First calendar years of the first and the last financial year, both included. */
  readonly years: { readonly from: number; readonly to: number };
  readonly seed: number;
  /** How well records identify people; `poor` has every error twice as often. */
  readonly profile: "typical" | "poor";
  /**
   * The year-to-date files of the last year: month number 10 is January; `earlier` is a month released before
   * it, null for none. `false` makes a final file of the last year too. Left out: month 10, and 9 before it.
   */
  readonly provisional?: { readonly month: number; readonly earlier: number | null } | false;
  /** Wanted number of APC episodes over all years, for benchmarks; hospital use is scaled to about that. */
  readonly apcEpisodes?: number;
}

/** One release of a HES data set: its part as in the file name, 99 for a final year, and the days it covers. */
export interface HesRelease {
  readonly year: number;
  readonly part: number;
  readonly first: Day;
  readonly last: Day;
  /** A later release covers the same events: some are not there yet, some values will change. */
  readonly early: boolean;
}

/** The options with all that follows from them alone. */
export interface Plan {
  readonly people: number;
  readonly years: readonly number[];
  readonly first: Day;
  readonly last: Day;
  readonly draw: Draw;
  readonly errorFactor: number;
  /** Hospital use relative to about 0.35 episodes a person-year. */
  readonly intensity: number;
  /** Ordinary postcodes; those of communal establishments are numbered after them. */
  readonly postcodes: number;
  readonly careHomes: number;
  readonly prisons: number;
  readonly releases: readonly HesRelease[];
}

/** About 1.7 million persons in a prison's or 8,000 in a care home's catchment; 40 to a postcode. */
export function planOf(options: SynthOptions): Plan {
  const { people, years } = options;
  const count = years.to - years.from + 1;
  const wanted = options.apcEpisodes ?? episodesPerYear * people * count;
  return {
    people,
    years: Array.from({ length: count }, (_, i) => years.from + i),
    first: dayOf(years.from, 4, 1),
    last: monthEnd(years.to, 12),
    draw: drawsOf(options.seed),
    errorFactor: options.profile === "poor" ? 2 : 1,
    intensity: wanted / (episodesPerYear * people * count),
    postcodes: Math.max(200, Math.ceil(people / 40)),
    careHomes: Math.max(2, Math.ceil(people / 8_000)),
    prisons: Math.max(1, Math.ceil(people / 400_000)),
    releases: releasesOf(options),
  };
}

const episodesPerYear = 0.35;

function releasesOf({ years, provisional = { month: 10, earlier: 9 } }: SynthOptions): HesRelease[] {
  const release = (year: number, part: number, early: boolean): HesRelease => ({
    year,
    part,
    first: dayOf(year, 4, 1),
    last: monthEnd(year, part === 99 ? 12 : part),
    early,
  });
  const finals = [];
  for (let year = years.from; year < years.to; year++) finals.push(release(year, 99, false));
  if (provisional === false) return [...finals, release(years.to, 99, false)];
  const { month, earlier } = provisional;
  const before = earlier === null ? [] : [release(years.to, earlier, true)];
  return [...finals, ...before, release(years.to, month, false)];
}
