import { expect, test } from "vitest";

import { lineOf, pointOf, sizeOf, type Geometry } from "./geometry";

const geometry: Geometry = { width: 1000, stages: ["a", "b", "c"], mirrored: false };
const across = (geometry: Geometry) => [
  pointOf(null, "from", geometry).x,
  ...geometry.stages.map((stage) => pointOf(stage, "to", geometry).x),
  pointOf(null, "to", geometry).x,
];

test("stages stand in their order between start and end", () => {
  expect(across(geometry)).toEqual(across(geometry).toSorted((a, b) => a - b));
});

test("right to left is the mirror image", () => {
  expect(across({ ...geometry, mirrored: true })).toEqual(across(geometry).map((x) => 1000 - x));
});

test("every kind of movement has a line of its own", () => {
  const lines = [lineOf("a", "b", geometry), lineOf("b", "a", geometry), lineOf("a", "c", geometry), lineOf("a", "a", geometry)];
  expect(new Set(lines).size).toBe(lines.length);
});

test("an empty stage can still be seen", () => {
  expect(sizeOf(0, 0)).toBeGreaterThan(40);
  expect(sizeOf(9, 9)).toBeGreaterThan(sizeOf(1, 9));
});
