import { expect, test } from "vitest";

import { lasted, openOf, STATES } from "./lasting";

const NOW = Date.parse("2026-11-22T12:00:00Z");

test("an open alert lasts until now, a closed one as long as it was open", () => {
  expect(lasted({ raised_at: "2026-11-22T11:30:00Z", cleared_at: null }, NOW)).toBe(1_800);
  expect(lasted({ raised_at: "2026-11-20T10:00:00Z", cleared_at: "2026-11-20T11:00:00Z" }, NOW)).toBe(3_600);
});

test("a clock that runs behind makes nothing last less than nothing", () => {
  expect(lasted({ raised_at: "2026-11-22T12:00:05Z", cleared_at: null }, NOW)).toBe(0);
});

test("both are asked for by leaving it open", () => {
  expect(STATES.map(openOf)).toEqual([null, true, false]);
});
