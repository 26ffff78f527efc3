import { expect, test } from "vitest";

import { lineOf, MAP_HEIGHT, pointOf, sizeOf, thicknessOf, type Geometry } from "./geometry";

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

test("however far a movement leads, its whole line is on the map", () => {
  const stages = "abcdefghij".split("");
  const ends = [null, ...stages];
  const lines = ends.flatMap((from) => ends.map((to) => lineOf(from, to, { ...geometry, stages })));
  for (const line of lines.filter((line) => line.includes("Q"))) {
    const [, start = NaN, , bend = NaN, , end = NaN] = (line.match(/[-\d.]+/g) ?? []).map(Number);
    const apex = (start + 2 * bend + end) / 4;
    expect(apex).toBeGreaterThan(thicknessOf(1, 1) / 2);
    expect(apex).toBeLessThan(MAP_HEIGHT - thicknessOf(1, 1) / 2);
  }
});
