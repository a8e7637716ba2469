/** The shape of a text: letters as x, capitals as X, digits as 9, and all other signs as they are. */
export function masked(text: string): string {
  return text
    .replaceAll(/\p{Lu}/gu, "X")
    .replaceAll(/\p{L}/gu, (sign) => (sign === "X" ? sign : "x"))
    .replaceAll(/\p{N}/gu, "9");
}
