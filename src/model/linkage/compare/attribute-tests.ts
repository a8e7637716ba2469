const earthKilometres = 6371;
const degree = Math.PI / 180;

/**
 * Great-circle distance between two places in degrees, by the spherical law of cosines; NaN where one is not known.
 */
export function kilometresBetween(
  [latA, longA]: readonly [number, number],
  [latB, longB]: readonly [number, number],
): number {
  const cosine =
    Math.sin(latA * degree) * Math.sin(latB * degree) +
    Math.cos(latA * degree) * Math.cos(latB * degree) * Math.cos((longB - longA) * degree);
  return Math.acos(Math.min(1, Math.max(-1, cosine))) * earthKilometres;
}
