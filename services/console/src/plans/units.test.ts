import { expect, test } from "vitest";

import { shown, signed, toService, toWritten } from "./units";

test.each([
  ["20", "share", 0.2],
  ["1.5", "seconds", 90],
  ["70", "percent", 70],
  ["0", "share", 0],
])("%s written in %s is %d", (written, unit, value) => {
  expect(toService(written, unit)).toBe(value);
  expect(toWritten(value, unit)).toBe(Number(written));
});

test("what is no number is none", () => {
  expect(toService(" ", "share")).toBeNull();
  expect(toService("much", "seconds")).toBeNull();
});

test.each([
  [0.127, "share", "12.7%"],
  [90, "seconds", "1:30 min"],
  [-90, "seconds", "−1:30 min"],
  [41.25, "percent", "41.3%"],
  [12, "points", "12"],
])("%d of %s is shown as %s", (value, unit, text) => {
  expect(shown(value, unit, "en")).toBe(text);
});

test("a difference has a sign", () => {
  expect(signed(0.05, "share", "en")).toBe("+5 pts");
  expect(signed(-4.56, "percent", "en")).toBe("-4.6 pts");
  expect(signed(60, "seconds", "en")).toBe("+1 min");
  expect(signed(0, "points", "en")).toBe("0");
});
