import { expect, test } from "vitest";

import { Problem, problemOf } from "../../api/problem";
import { errorsOf } from "./fields";

test.each([
  ["a", "a"],
  ["b.value", "b"],
  ["b.namespace", "b"],
  ["confirm.reason", "reason"],
  ["decision_id", "whole"],
  [null, "whole"],
])("what is wrong with %s is said at: %s", (field, place) => {
  expect(errorsOf(problemOf(409, { detail: "withdraw it first", field }), "no answer")).toEqual({ [place]: "withdraw it first" });
});

test("no answer is said too", () => {
  expect(errorsOf(new Problem(0, ""), "no answer")).toEqual({ whole: "no answer" });
});
