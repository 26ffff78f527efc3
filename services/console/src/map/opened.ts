import type { Measure } from "../api/types";

/** Narrows facts down to a cell of a map; null is what has none. */
export interface Cell {
  touchpoint?: string;
  channel?: string | null;
  queue?: string | null;
  system?: string;
}

export type FunnelCount = "entered" | "reached" | "now" | "left";

/** What a number on a page opens to. */
export type Behind =
  | { measure: Measure; stage: string; cell?: Cell }
  /** All interactions of a stage, or of a cell of it. */
  | { interactions: true; stage: string; cell: Cell }
  | { pain: string; stage: string }
  | { funnel: FunnelCount; stage: string }
  | { dropOff: "reached" | "abandoned"; stage: string }
  /** Null is outside. */
  | { from: string | null; to: string | null }
  | { cameTo: string }
  | { plan: string; side: "before" | "after"; asOf: string; unit: string };

/** A number that opens. */
export type Figure = { title: string } & Behind;

export type Open = (figure: Figure) => void;
