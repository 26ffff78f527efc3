import { expect, test } from "vitest";

import { kindOf, KINDS, mapPath, numberOf, wayPath } from "./kinds";

test.each(KINDS)("%s is found where it stands", (kind) => {
  expect(kindOf(mapPath("refund", kind).split("/")[3])).toBe(kind);
});

test("what is no kind is the current state", () => {
  expect(kindOf("nonsense")).toBe("current");
});

test("an earlier way is found where it stands", () => {
  expect(numberOf(wayPath("refund", "p", 3).split("/")[5])).toBe(3);
  expect(wayPath("refund", "p").split("/")[5]).toBeUndefined();
});

test.each([undefined, "", "0", "x", "-1", "1e3", "99999999"])("%s is no number of a way", (word) => {
  expect(numberOf(word)).toBeNull();
});
