import { expect, test } from "vitest";

import type { AlertReading } from "../api/types";
import { drawn, figure } from "./alerts";

const reading = (hour: number, value: number): AlertReading => ({
  at: `2026-03-01T${String(hour).padStart(2, "0")}:00:00Z`,
  window_seconds: 3600,
  cases: 20,
  value,
  usual: 10,
  low: 5,
  high: 20,
});

test("figures are said in their unit", () => {
  expect(figure(41, "customers", "en")).toBe("41");
  expect(figure(410, "seconds", "en")).toBe("6:50 min");
  expect(figure(0.391, "share", "en")).toBe("39%");
  expect(figure(0.3913, "times", "en")).toBe("0.39");
});

test("the picture reaches from the first to the last reading, and up to the highest value", () => {
  const picture = drawn([reading(9, 10), reading(10, 40), reading(11, 20)]);
  expect(picture?.top).toBe(40);
  expect(picture?.line).toBe("M0 75 L50 0 L100 50");
  expect(picture?.usual).toBe("M0 75 L50 75 L100 75");
  expect(picture?.band).toBe("M0 50 L50 50 L100 50 L100 87.5 L50 87.5 L0 87.5 Z");
});

test("one reading makes no picture, and zeros no division by zero", () => {
  expect(drawn([reading(9, 1)])).toBeNull();
  const flat = { ...reading(9, 0), usual: 0, low: 0, high: 0 };
  expect(drawn([flat, { ...flat, at: "2026-03-01T10:00:00Z" }])?.line).toBe("M0 100 L100 100");
});
