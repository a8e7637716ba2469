import type { TextValues } from "../values/text-values.ts";

/** For each byte, whether the first text has it (1), or the second (2); 0 between calls. */
const seen = new Uint8Array(256);

/** The share of distinct bytes that both have among those that either has. Source: Jaccard, New Phytologist 11 (1912). */
export function jaccard({ bytes, starts }: TextValues, a: number, b: number): number {
  const startA = starts[a] as number;
  const startB = starts[b] as number;
  const endA = starts[a + 1] as number;
  const endB = starts[b + 1] as number;
  let both = 0;
  let either = 0;
  for (let i = startA; i < endA; i++) {
    const byte = bytes[i] as number;
    if (seen[byte] === 0) either++;
    seen[byte] = 1;
  }
  for (let i = startB; i < endB; i++) {
    const byte = bytes[i] as number;
    if (seen[byte] === 0) either++;
    else if (seen[byte] === 1) both++;
    seen[byte] = 2;
  }
  for (let i = startA; i < endA; i++) seen[bytes[i] as number] = 0;
  for (let i = startB; i < endB; i++) seen[bytes[i] as number] = 0;
  return either === 0 ? 1 : both / either;
}
