import { expect, test } from "vitest";

import { bits, percent, share, widest } from "./figures";

test("bars share one scale, each side half of it", () => {
  const lines = [{ bits: 8 }, { bits: -2 }, { bits: 4 }];
  expect(lines.map((line) => share(line.bits, widest(lines)))).toEqual([50, 12.5, 25]);
  expect(widest([])).toBe(1);
});

test("bits have a sign", () => {
  expect([bits(3.26, "en"), bits(-6.5, "en"), bits(0, "en")]).toEqual(["+3.3", "−6.5", "0.0"]);
});

test("nothing is shown as certain", () => {
  expect([percent(0.99999, "en"), percent(0.42, "en"), percent(0.993, "en")]).toEqual(["99.9%", "42%", "99.3%"]);
});
