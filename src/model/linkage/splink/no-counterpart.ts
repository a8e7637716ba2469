/** What one of the two models says and the other cannot. The message says what, to stand behind the name of its place. */
export class NoCounterpart extends Error {}

/** The refusal of a function that is called as in no test and no column expression. */
export function unknownCall(call: string): NoCounterpart {
  return new NoCounterpart(`has no counterpart: it calls ${call}`);
}
