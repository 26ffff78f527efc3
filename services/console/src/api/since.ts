const DAY = 86_400_000;

/** How far back a map looks; `all` is everything that is kept. */
export const SPANS = ["all", "30", "7", "1"] as const;
/** From one local day through another, as ISO 8601 writes intervals; either may be missing. */
export type Days = `${string}/${string}`;
export type Span = (typeof SPANS)[number] | Days;

export interface Ends {
  from: string;
  until: string;
}

/** The window in moments, to the minute, so that the same question is not asked anew all the time. */
export function since(span: Span, now: number): { since?: string; until?: string } {
  if (span === "all") return {};
  if (!isDays(span)) return { since: new Date(Math.floor((now - Number(span) * DAY) / 60_000) * 60_000).toISOString() };
  const { from, until } = endsOf(span);
  return { ...(from && { since: midnight(from, 0) }), ...(until && { until: midnight(until, 1) }) };
}

export function isDays(span: Span): span is Days {
  return span.includes("/");
}

export function endsOf(span: Days): Ends {
  const [from = "", until = ""] = span.split("/");
  return { from, until };
}

/** Null if it would end before it begins, or a day is none. */
export function spanOf({ from, until }: Ends): Span | null {
  if ([from, until].some((day) => day !== "" && Number.isNaN(Date.parse(day)))) return null;
  if (from && until && from > until) return null;
  return from || until ? `${from}/${until}` : "all";
}

/** When this day begins where the reader is, or one that so many days later does. */
function midnight(day: string, later: number): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}
