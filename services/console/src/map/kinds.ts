/** The kinds of map: what is, what should be, and who acts where. */
export const KINDS = ["current", "target", "blueprint"] as const;
export type Kind = (typeof KINDS)[number];

export function kindOf(word: string | undefined): Kind {
  return KINDS.find((kind) => kind === word) ?? "current";
}

/** Where a map stands in the page; the first kind needs no word. */
export function mapPath(journey: string, kind: Kind): string {
  return kind === "current" ? `/map/${journey}` : `/map/${journey}/${kind}`;
}

/** Where one customer's way stands; without a number, the latest. An address holds the profile's id and nothing else of a person. */
export function wayPath(journey: string, profile: string, number?: number): string {
  const latest = `/map/${journey}/customer/${profile}`;
  return number === undefined ? latest : `${latest}/${number}`;
}

/** The number in such an address; null of none, or of what is no number. */
export function numberOf(word: string | undefined): number | null {
  return word !== undefined && /^[1-9]\d{0,5}$/.test(word) ? Number(word) : null;
}
