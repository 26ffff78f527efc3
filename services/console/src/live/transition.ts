import type { EventSourceMessage } from "eventsource-parser";

import type { Transition } from "../api/types";

/** A movement; null is outside of the journey. */
export type Moved = Transition & { from: string | null; to: string | null; retracted: boolean };

/** What a stream event says about a customer's movement; null for events of other kinds. */
export function movedBy({ event, data }: EventSourceMessage): Moved | null {
  if (event !== "journey.transitioned" && event !== "journey.retracted") return null;
  const said = JSON.parse(data) as Transition;
  return { ...said, from: said.from ?? null, to: said.to ?? null, retracted: event === "journey.retracted" };
}
