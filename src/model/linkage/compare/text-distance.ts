/**
 * How alike two values of a column are, over their bytes: what the database's functions give of the same two texts,
 * similarities to the last bit, so that both agree at any threshold. The order of the two never matters.
 *
 * Tables and buffers serve call after call, and every call leaves `places` all 0.
 */
import {
  equalBytes,
  leastBoosted,
  lengthOf,
  perPrefix,
  prefixOf,
  type TextValues,
} from "../values/text-values.ts";

const wordBits = 32;

/** For each byte, where the pattern has it: a bit for each place, or a place; 0 where not. */
const places = new Int32Array(256);

function markPlaces(bytes: Uint8Array, start: number, length: number): void {
  for (let i = 0; i < length; i++) {
    const byte = bytes[start + i] as number;
    places[byte] = (places[byte] as number) | (1 << i);
  }
}

function clearPlaces(bytes: Uint8Array, start: number, length: number): void {
  for (let i = 0; i < length; i++) places[bytes[start + i] as number] = 0;
}

/** Edits that turn `a` into `b`: bytes inserted, deleted or replaced; `most` + 1 for any number beyond `most`. */
export function levenshtein(values: TextValues, a: number, b: number, most: number): number {
  return edits(values, a, b, most, differing);
}

/** The same, with two neighbours changing places as one edit more, and any edit between them counted too. */
export function damerauLevenshtein(values: TextValues, a: number, b: number, most: number): number {
  return edits(values, a, b, most, differingWithSwaps);
}

/** Compares two texts within the bytes, the pattern not the longer one; `reach` is how far it has to look. */
type Measure = (
  bytes: Uint8Array,
  pattern: number,
  patternLength: number,
  text: number,
  textLength: number,
  reach: number,
) => number;

/** Measures what lies between the bytes that both begin with and those that both end with. */
function edits({ bytes, starts }: TextValues, a: number, b: number, most: number, measure: Measure): number {
  if (a === b) return 0;
  const isFirstShort = lengthOf(starts, a) <= lengthOf(starts, b);
  const short = isFirstShort ? a : b;
  const long = isFirstShort ? b : a;
  const pattern = starts[short] as number;
  const text = starts[long] as number;
  const patternLength = lengthOf(starts, short);
  const textLength = lengthOf(starts, long);
  if (textLength - patternLength > most) return most + 1;
  const prefix = equalBytes(bytes, pattern, text, patternLength);
  const between = patternLength - prefix;
  const patternEnd = pattern + patternLength - 1;
  const textEnd = text + textLength - 1;
  let suffix = 0;
  while (suffix < between && bytes[patternEnd - suffix] === bytes[textEnd - suffix]) suffix++;
  const textRest = textLength - prefix - suffix;
  const distance = measure(bytes, pattern + prefix, between - suffix, text + prefix, textRest, most);
  return distance > most ? most + 1 : distance;
}

const differing: Measure = (bytes, pattern, patternLength, text, textLength, most) => {
  if (patternLength === 0) return textLength;
  const measure = patternLength <= wordBits ? differingInWords : differingInBand;
  return measure(bytes, pattern, patternLength, text, textLength, most);
};

/**
 * A column of the table of distances at a time, its differences of +1 and −1 as the bits of two words.
 * Source: Myers, Journal of the ACM 46 (1999), in the form of Hyyrö (2003).
 */
const differingInWords: Measure = (bytes, pattern, patternLength, text, textLength, most) => {
  markPlaces(bytes, pattern, patternLength);
  const last = 1 << (patternLength - 1);
  let plus = -1;
  let minus = 0;
  let distance = patternLength;
  for (let j = 0; j < textLength; j++) {
    const equal = places[bytes[text + j] as number] as number;
    const diagonal = (((equal & plus) + plus) ^ plus) | equal | minus;
    let right = minus | ~(diagonal | plus);
    const left = diagonal & plus;
    if ((right & last) !== 0) distance++;
    else if ((left & last) !== 0) distance--;
    // What is left of the text can lower it by one a byte.
    if (distance - (textLength - 1 - j) > most) {
      distance = most + 1;
      break;
    }
    right = (right << 1) | 1;
    plus = (left << 1) | ~(diagonal | right);
    minus = diagonal & right;
  }
  clearPlaces(bytes, pattern, patternLength);
  return distance;
};

let row = new Int32Array(256);

/** Only cells within `most` of the diagonal, as others are greater. Source: Ukkonen, Information and Control 64 (1985). */
const differingInBand: Measure = (bytes, pattern, patternLength, text, textLength, most) => {
  const band = Math.floor(Math.min(most, textLength));
  const beyond = band + 1;
  if (row.length <= patternLength) row = new Int32Array(2 * patternLength);
  for (let j = 0; j <= patternLength; j++) row[j] = Math.min(j, beyond);
  for (let i = 1; i <= textLength; i++) {
    const byte = bytes[text + i - 1] as number;
    const from = Math.max(1, i - band);
    const to = Math.min(patternLength, i + band);
    let diagonal = row[from - 1] as number;
    let before = from === 1 ? i : beyond;
    row[from - 1] = before;
    let least = before;
    for (let j = from; j <= to; j++) {
      const above = row[j] as number;
      before = byte === bytes[pattern + j - 1] ? diagonal : Math.min(diagonal, above, before) + 1;
      row[j] = before;
      if (before < least) least = before;
      diagonal = above;
    }
    if (least > most) return most + 1;
  }
  return row[patternLength] as number;
};

let table = new Int32Array(1024);

/**
 * A swap is at most two other edits, so those alone settle most pairs; for the others the band of the table around the
 * diagonal, row after row. Source: Lowrance and Wagner, Journal of the ACM 22 (1975).
 */
const differingWithSwaps: Measure = (bytes, pattern, patternLength, text, textLength, most) => {
  const withoutSwaps = differing(bytes, pattern, patternLength, text, textLength, 2 * most);
  if (withoutSwaps <= 1 || withoutSwaps > 2 * most) return withoutSwaps;
  const band = Math.floor(Math.min(most, withoutSwaps));
  const beyond = band + 1;
  // Row i has column j at i · width + j − i + beyond, with a column beyond the band on either side.
  const width = 2 * band + 3;
  const step = width - 1;
  if (table.length < (textLength + 1) * width) table = new Int32Array(2 * (textLength + 1) * width);
  for (let j = 0; j <= band + 1; j++) table[beyond + j] = j;
  for (let i = 1; i <= textLength; i++) {
    const byte = bytes[text + i - 1] as number;
    const from = Math.max(1, i - band);
    const to = Math.min(patternLength, i + band);
    const offset = i * step + beyond;
    table[offset + from - 1] = from === 1 ? Math.min(i, beyond) : beyond;
    let lastColumn = 0;
    for (let j = from; j <= to; j++) {
      const other = bytes[pattern + j - 1] as number;
      const lastRow = places[other] as number;
      const diagonal = table[offset - step + j - 1] as number;
      let least = Math.min(diagonal, table[offset - step + j] as number, table[offset + j - 1] as number) + 1;
      if (byte === other) least = Math.min(least, diagonal);
      if (lastRow > 0 && lastColumn > 0 && Math.abs(lastRow - lastColumn) <= band) {
        const before = table[(lastRow - 1) * step + beyond + lastColumn - 1] as number;
        least = Math.min(least, before + (i - lastRow) + (j - lastColumn) - 1);
      }
      if (byte === other) lastColumn = j;
      table[offset + j] = least;
    }
    table[offset + to + 1] = beyond;
    places[byte] = i;
  }
  clearPlaces(bytes, text, textLength);
  return table[textLength * step + beyond + patternLength] as number;
};

/** From 0 to 1; 0 where one is empty. Source: Jaro, JASA 84 (1989), page 416. */
export function jaro({ bytes, starts }: TextValues, a: number, b: number): number {
  const isFirstShort = lengthOf(starts, a) <= lengthOf(starts, b);
  const short = isFirstShort ? a : b;
  const long = isFirstShort ? b : a;
  const patternLength = lengthOf(starts, short);
  const textLength = lengthOf(starts, long);
  if (patternLength === 0) return 0;
  if (a === b) return 1;
  const pattern = starts[short] as number;
  const text = starts[long] as number;
  const window = Math.max(0, (textLength >> 1) - 1);
  // Each of the first bytes finds its like at its own place, so equal ones are common and in order.
  const prefix = equalBytes(bytes, pattern, text, patternLength);
  const patternRest = patternLength - prefix;
  const textRest = Math.min(textLength, patternLength + window) - prefix;
  const align = patternRest <= wordBits ? alignInWord : alignInLists;
  const common = prefix + align(bytes, pattern + prefix, patternRest, text + prefix, textRest, window);
  if (common === 0) return 0;
  return (common / patternLength + common / textLength + (common - (halves >> 1)) / common) / 3;
}

/** Of the last alignment: common bytes that stand elsewhere in the order of the other, each half a transposition. */
let halves = 0;

/** Its common bytes in the order of the text. */
let shared = new Uint8Array(256);

/**
 * Gives each byte of the text the first free equal one of the pattern that is at most `window` places away.
 * The pattern's places are the bits of a word. Source: rapidfuzz's JaroWinkler, which the database has too.
 */
const alignInWord: Measure = (bytes, pattern, patternLength, text, textLength, window) => {
  markPlaces(bytes, pattern, patternLength);
  let near = window >= wordBits - 1 ? -1 : ~(-2 << window);
  let taken = 0;
  let common = 0;
  for (let j = 0; j < textLength; j++) {
    const byte = bytes[text + j] as number;
    const free = (places[byte] as number) & near & ~taken;
    if (free !== 0) {
      taken |= free & -free;
      shared[common++] = byte;
    }
    near = (near << 1) | (j < window ? 1 : 0);
  }
  halves = 0;
  for (let k = 0; k < common; k++) {
    const i = 31 - Math.clz32(taken & -taken);
    if (bytes[pattern + i] !== shared[k]) halves++;
    taken &= taken - 1;
  }
  clearPlaces(bytes, pattern, patternLength);
  return common;
};

/** For each place of the pattern, from 1, the next with the same byte; 0 after the last. */
let following = new Int32Array(256);
let isTaken = new Uint8Array(256);

/** The same for a pattern of any length: places pass out of each byte's list as they are taken or left behind. */
const alignInLists: Measure = (bytes, pattern, patternLength, text, textLength, window) => {
  if (following.length <= patternLength) {
    following = new Int32Array(2 * patternLength);
    isTaken = new Uint8Array(2 * patternLength);
    shared = new Uint8Array(2 * patternLength);
  }
  for (let i = patternLength; i > 0; i--) {
    const byte = bytes[pattern + i - 1] as number;
    following[i] = places[byte] as number;
    places[byte] = i;
  }
  let common = 0;
  for (let j = 1; j <= textLength; j++) {
    const byte = bytes[text + j - 1] as number;
    let i = places[byte] as number;
    while (i !== 0 && i < j - window) i = following[i] as number;
    if (i !== 0 && i <= j + window) {
      isTaken[i] = 1;
      shared[common++] = byte;
      i = following[i] as number;
    }
    places[byte] = i;
  }
  halves = 0;
  for (let i = 1, k = 0; i <= patternLength; i++) {
    if (isTaken[i] === 0) continue;
    isTaken[i] = 0;
    if (bytes[pattern + i - 1] !== shared[k++]) halves++;
  }
  clearPlaces(bytes, pattern, patternLength);
  return common;
};

/** Jaro's measure, more for up to four equal first bytes once it is above 0.7. Source: Winkler (1990). */
export function jaroWinkler(values: TextValues, a: number, b: number): number {
  const similarity = jaro(values, a, b);
  if (similarity <= leastBoosted) return similarity;
  return similarity + prefixOf(values, a, b) * perPrefix * (1 - similarity);
}
