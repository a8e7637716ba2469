import { type Diagnostic, diagnostic } from "../base/diagnostics.ts";
import type { SourceSpan } from "../base/span.ts";
import type { Agreement } from "../spec/agreement.ts";

const msPerDay = 86_400_000;

/**
 * What a date makes of an agreement: it is in force from its start to its end, both days included, and its opt-out list
 * is of that day or before it, by no more than the days it allows.
 *
 * In: `asAt` as "2024-05-31"; `at`, the place that is told, most often the agreement's file.
 * Errors, as diagnostics: agreement/expired, agreement/opt-outs-old.
 */
export function checkTerm(agreement: Agreement, asAt: string, at: SourceSpan): Diagnostic[] {
  const { start, end, opt_outs: optOuts } = agreement;
  const found: Diagnostic[] = [];
  if (asAt < start || asAt > end) {
    const terms = { agreement: agreement.agreement, start, end, on: asAt };
    found.push(diagnostic("agreement/expired", at, terms));
  }
  if (optOuts.apply) {
    const age = (Date.parse(asAt) - Date.parse(optOuts.dated)) / msPerDay;
    if (!(age >= 0 && age <= optOuts.max_age_days)) {
      const terms = { dated: optOuts.dated, on: asAt, days: optOuts.max_age_days };
      found.push(diagnostic("agreement/opt-outs-old", at, terms));
    }
  }
  return found;
}
