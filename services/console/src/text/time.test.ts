import { expect, test } from "vitest";

import { duration, localeOf, relative } from "./time";

const NOW = Date.parse("2026-11-22T10:00:00Z");

test.each([
  ["2026-11-22T09:57:00Z", "3 minutes ago"],
  ["2026-11-21T10:00:00Z", "yesterday"],
  ["2024-11-01T10:00:00Z", "2 years ago"],
  ["2026-11-22T10:00:04Z", "now"],
])("%s is %s", (iso, words) => {
  expect(relative(iso, NOW, "en")).toBe(words);
});

test.each([
  [33, "33 s"],
  [47 * 3600, "47:00 h"],
  [48 * 3600, "2 d"],
  [3.46 * 86_400, "3.5 d"],
  [60, "1 min"],
  [213, "3:33 min"],
  [5210, "1:26 h"],
])("%d seconds are %s", (seconds, words) => {
  expect(duration(seconds, "en")).toBe(words);
});

test("dates are written as in the reader's country, in the page's language", () => {
  expect(localeOf("en", ["he-IL", "en-GB"])).toBe("en-GB");
  expect(localeOf("he", ["en-GB"])).toBe("he");
});
