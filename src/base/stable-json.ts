/** Plain data that survives JSON, with bigint written as text. */
export type Json =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

/** JSON with sorted keys: equal data gives equal text, so the text can be hashed and compared. */
export function stableJson(value: Json, indent?: number): string {
  return JSON.stringify(sorted(value), undefined, indent);
}

function sorted(value: Json): unknown {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number" && !Number.isFinite(value))
    throw new TypeError("JSON has no NaN or infinity");
  if (Array.isArray(value)) return value.map((item: Json) => sorted(item));
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value as Record<string, Json | undefined>).filter(
    ([, v]) => v !== undefined,
  );
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([k, v]) => [k, sorted(v as Json)]));
}
