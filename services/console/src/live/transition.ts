import type { EventSourceMessage } from "eventsource-parser";

import type { Transition } from "../api/types";

export interface Moved extends Transition {
  id: string;
  retracted: boolean;
}

/** What a stream event says about a customer's movement; null for events of other kinds. */
export function movedBy({ id, event, data }: EventSourceMessage): Moved | null {
  if (event !== "journey.transitioned" && event !== "journey.retracted") return null;
  const said = JSON.parse(data) as Transition;
  return { ...said, id: id ?? `${said.profile_id} ${said.at} ${said.to ?? ""}`, retracted: event === "journey.retracted" };
}
