/** What stands between the values of a list in its text. */
const separator = "\u001F";

/** The values of a list, from its text as the database writes it: each once, ascending. */
export function partsOf(text: string): string[] {
  return text.split(separator);
}

/** A list's text for people to read. */
export function shownList(text: string): string {
  return text.replaceAll(separator, " · ");
}
