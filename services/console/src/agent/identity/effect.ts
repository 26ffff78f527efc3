import type { Effect } from "../../api/types";
import { keyOf } from "./tree";

/** What a decision does to people, in one word. */
export type Shape = "same" | "parts" | "joins" | "moves";

export function shapeOf({ before, after, moves }: Effect): Shape {
  if (after.length > before.length) return "parts";
  if (after.length < before.length) return "joins";
  return moves.length === 0 ? "same" : "moves";
}

/** Identifiers that change hands. */
export function movedKeys({ moves }: Effect): ReadonlySet<string> {
  return new Set(moves.map(({ identifier }) => keyOf(identifier)));
}
