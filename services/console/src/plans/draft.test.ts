import { expect, test } from "vitest";

import type { Plan } from "../api/types";
import { blank, draftOf, missing, refusedAt, wishOf } from "./draft";

const PLAN = {
  pain_point: "long_wait",
  measure: null,
  stage: "approved",
  what: "More people",
  owner: "Noa",
  target: { at_most: 0.1, at_least: null },
  since: "2026-03-08T09:30:00Z",
  until: null,
  unit: "share",
} as unknown as Plan;

test("what was read and not changed is written back as it was", () => {
  const { pain_point, measure, stage, what, owner, since, until } = PLAN;
  expect(wishOf(draftOf(PLAN), PLAN)).toEqual({ pain_point, measure, stage, what, owner, since, until, target: { at_most: 0.1 } });
});

test("what is missing is named", () => {
  expect(missing(blank("", "", Date.now()))).toEqual(["about", "what", "owner", "value"]);
  expect(missing(draftOf(PLAN))).toEqual([]);
});

test("more is better of some measures, less of others", () => {
  expect(blank("measure:csat", "", 0).side).toBe("at_least");
  expect(blank("measure:wait", "", 0).side).toBe("at_most");
  expect(blank("pain:long_wait", "approved", 0).side).toBe("at_most");
});

test("a day is midnight of the reader's own", () => {
  const wish = wishOf({ ...draftOf(PLAN), since: "2026-04-01", until: "2026-05-01" }, PLAN);
  expect(new Date(wish.since).getHours()).toBe(0);
  expect(new Date(wish.until ?? "").getDate()).toBe(1);
});

test("a refusal stands at its field", () => {
  expect(refusedAt("target.at_most", "too much")).toEqual({ value: "too much" });
  expect(refusedAt("revision", "changed meanwhile")).toEqual({ whole: "changed meanwhile" });
  expect(refusedAt(null, "no")).toEqual({ whole: "no" });
});
