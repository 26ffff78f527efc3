import type { EventSourceMessage } from "eventsource-parser";

import type { Transition } from "../api/types";

/** What time did to a journey; `untold` takes such an event back. */
export type Lapse = "overdue" | "stalled" | "abandoned" | "untold";

/** A movement; null is outside of the journey. With `lapse` it is time that did it, and most often nobody moved. */
export type Moved = Transition & {
  from: string | null;
  to: string | null;
  retracted: boolean;
  lapse: Lapse | null;
};

const LAPSES: Partial<Record<string, Lapse>> = {
  "journey.overdue": "overdue",
  "journey.stalled": "stalled",
  "journey.abandoned": "abandoned",
};

/** What a stream event says about a customer's movement; null for events of other kinds. */
export function movedBy({ event = "", data }: EventSourceMessage): Moved | null {
  const retracted = event === "journey.retracted";
  const told = LAPSES[event] ?? null;
  if (event !== "journey.transitioned" && !retracted && !told) return null;
  const said = JSON.parse(data) as Transition;
  const lapse = retracted && said.interaction === null ? "untold" : told; // only time needs no interaction
  return { ...said, from: said.from ?? null, to: said.to ?? null, retracted, lapse };
}

/** Whether somebody went from one place to another. */
export function travels({ lapse }: Moved): boolean {
  return lapse === null || lapse === "abandoned";
}
