const DAY = 86_400_000;

/** How far back a map looks; `all` is everything that is kept. */
export const SPANS = ["all", "30", "7", "1"] as const;
export type Span = (typeof SPANS)[number];

/** From when on, to the minute, so that the same question is not asked anew all the time. */
export function since(span: Span, now: number): { since?: string } {
  if (span === "all") return {};
  return { since: new Date(Math.floor((now - Number(span) * DAY) / 60_000) * 60_000).toISOString() };
}
