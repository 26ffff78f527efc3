import { expect, test } from "vitest";

import type { Touchpoint } from "./groups";
import { asKind, barOf, farthest, ranked } from "./steps";

function touchpoint(name: string, kind: string, progress: number | null): Touchpoint {
  const figure = progress === null ? null : { count: 2, sum: 2 * progress, mean: progress, p50: null, p90: null };
  return { touchpoint: name, kind, progress: figure, satisfaction: null };
}

const ITEMS = [touchpoint("a", "snake", -3), touchpoint("b", "mixed", null), touchpoint("c", "ladder", 1), touchpoint("d", "ladder", 2)];

test("ladders come first, the longest before", () => {
  expect(ranked(ITEMS).map((one) => one.touchpoint)).toEqual(["d", "c", "b", "a"]);
});

test("bars grow both ways from the middle, the farthest to the end", () => {
  const most = farthest(ITEMS, "progress");
  expect(barOf(-3, most)).toEqual({ start: 0, size: 50 });
  expect(barOf(1.5, most)).toEqual({ start: 50, size: 25 });
  expect(barOf(0, farthest(ITEMS, "satisfaction"))).toEqual({ start: 50, size: 0 });
});

test("what is no known kind is mixed", () => {
  expect(["ladder", "snake", "mixed", "else"].map(asKind)).toEqual(["ladder", "snake", "mixed", "mixed"]);
});
