import { expect, test } from "vitest";

import type { PlanEffect } from "../api/types";
import { scaleOf } from "./scale";

const side = (value: number | null, low: number | null = null, high: number | null = null) => ({ value, low, high });
const effect = (before: object | null, after: object | null) => ({ before, after }) as unknown as PlanEffect;

test("everything has room, from nought on", () => {
  const scale = scaleOf(effect(side(0.3, 0.2, 0.5), side(0.1, 0.05, 0.2)), 0.1);
  expect(scale.from).toBe(0);
  expect(scale.at(0.5)).toBeLessThan(1);
  expect(scale.at(0.05)).toBeGreaterThan(0);
});

test("what lies below nought has room, too", () => {
  expect(scaleOf(effect(side(-40, -60, -20), side(10, 0, 20)), 30).at(-60)).toBeGreaterThan(0);
});

test("where nothing is known the target has a place", () => {
  const scale = scaleOf(effect(null, side(null)), 0);
  expect(scale.at(0)).toBe(0);
  expect(Number.isFinite(scale.at(1))).toBe(true);
});
