import { NoCounterpart } from "./no-counterpart.ts";

/** Where a problem is, as a person finds it in the model: `comparison "dob", level "Within a year"`. */
export function placeOf(comparison: string, level?: string): string {
  const name = `comparison ${JSON.stringify(comparison)}`;
  return level === undefined ? name : `${name}, level ${JSON.stringify(level)}`;
}

/** Collects what has no counterpart, so that a person reads all of it at once. */
export class Problems {
  readonly lines: string[] = [];

  add(place: string, what: string): void {
    this.lines.push(`${place} ${what}`);
  }

  /** What the work gives; undefined, and a line more, where it meets what has no counterpart. */
  attempt<T>(place: string, work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof NoCounterpart)) throw error;
      this.add(place, error.message);
      return undefined;
    }
  }
}
