import type { Alert } from "../api/types";

export const STATES = ["all", "open", "closed"] as const;
export type State = (typeof STATES)[number];

/** What is asked for: null is both. */
export function openOf(state: State): boolean | null {
  return state === "all" ? null : state === "open";
}

/** For how many seconds an alert was open, up to `now` (milliseconds) if it still is. */
export function lasted({ raised_at: raised, cleared_at: cleared }: Pick<Alert, "raised_at" | "cleared_at">, now: number): number {
  const end = cleared === null ? now : Date.parse(cleared);
  return Math.max(0, (end - Date.parse(raised)) / 1_000);
}
