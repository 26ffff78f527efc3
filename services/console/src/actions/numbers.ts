import type { components } from "../api/schema";

type Schemas = components["schemas"];
export type Action = Schemas["ActionView"];
export type Outcome = Schemas["OutcomeView"];
export type DeadWebhook = Schemas["DeadDeliveryView"];

/** Why nothing was sent, what speaks most about the rules first. */
export const REASONS = ["cooldown", "cap", "no_consent", "held_out", "moved_on", "withdrawn"] as const;
export type State = "requested" | "waiting" | "failed" | (typeof REASONS)[number];

/** Which number of an action is opened to its customers. */
export interface Opened {
  action: string;
  title: string;
  state: State;
  /** Only those whom the outcome counts. */
  watched: boolean;
}

export interface Part {
  state: State;
  times: number;
}

/** What became of an action, in parts that make up the whole; of what was sent, some may have failed. */
export function partsOf({ requested, waiting, suppressed }: Action): Part[] {
  const prevented = REASONS.map((state) => ({ state, times: suppressed[state] ?? 0 }));
  const parts: Part[] = [{ state: "requested", times: requested }, { state: "waiting", times: waiting }, ...prevented];
  return parts.filter(({ state, times }) => times > 0 || state === "requested");
}

/** The share of a group that made contact; null of nobody. */
export function rate({ customers, contacted }: Outcome["reached"]): number | null {
  return customers === 0 ? null : contacted / customers;
}

/** A length of time as ISO 8601 writes it, in seconds; the service counts a year as 365 days. */
export function secondsOf(length: string): number {
  const found = /^P(?:(\d+)Y)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(length);
  const sizes = [31_536_000, 604_800, 86_400, 3_600, 60, 1];
  return sizes.reduce((sum, size, place) => sum + size * Number(found?.[place + 1] ?? 0), 0);
}
