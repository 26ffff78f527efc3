import type { Bar, Touchpoint } from "./groups";

export type Kind = "ladder" | "snake" | "mixed";
type Column = "progress" | "satisfaction";

export function asKind(word: string): Kind {
  return word === "ladder" || word === "snake" ? word : "mixed";
}

/** Ladders first, snakes last; among those of a kind, what leads farther forward comes before. */
export function ranked(items: readonly Touchpoint[]): Touchpoint[] {
  const order: Record<Kind, number> = { ladder: 0, mixed: 1, snake: 2 };
  const mean = ({ progress, satisfaction }: Touchpoint) => progress?.mean ?? satisfaction?.mean ?? 0;
  return items.toSorted((a, b) => order[asKind(a.kind)] - order[asKind(b.kind)] || mean(b) - mean(a));
}

/** The mean of a column that is farthest from nought. */
export function farthest(items: readonly Touchpoint[], column: Column): number {
  return Math.max(...items.map((one) => Math.abs(one[column]?.mean ?? 0)));
}

/** A bar that grows from the middle of its track, in percent; `most` reaches the end. */
export function barOf(mean: number, most: number): Bar {
  const size = most === 0 ? 0 : (50 * Math.abs(mean)) / most;
  return { start: mean < 0 ? 50 - size : 50, size };
}
