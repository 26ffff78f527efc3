import { expect, test } from "vitest";

import { kindOf, KINDS, mapPath } from "./kinds";

test.each(KINDS)("%s is found where it stands", (kind) => {
  expect(kindOf(mapPath("refund", kind).split("/")[3])).toBe(kind);
});

test("what is no kind is the current state", () => {
  expect(kindOf("nonsense")).toBe("current");
});
