import { expect, test } from "vitest";

import { rolesIn } from "./steward";

const token = (claims: object) => `e30.${btoa(JSON.stringify(claims)).replaceAll("=", "")}.c2lnbmVk`;

test("a token's roles are read", () => {
  expect(rolesIn(token({ roles: ["agent", "steward"] }))).toEqual(["agent", "steward"]);
});

test.each(["", "opaque", "a.b.c", token({}), token({ roles: "steward" }), token({ roles: [7] })])("%s states none", (each) => {
  expect(rolesIn(each)).toEqual([]);
});
