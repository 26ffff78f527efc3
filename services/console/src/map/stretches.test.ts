import { expect, test } from "vitest";

import { stretches } from "./stretches";

test("what comes again later is another stretch", () => {
  expect(stretches(["a", "a", "b", "a"])).toEqual([
    { value: "a", from: 0, length: 2 },
    { value: "b", from: 2, length: 1 },
    { value: "a", from: 3, length: 1 },
  ]);
  expect(stretches([])).toEqual([]);
});
