import { describe, expect, it, test } from "vitest";

import { partsOf, rate, secondsOf, type Action } from "./numbers";

const OUTCOME: Action["outcome"] = {
  within: "P7D",
  reached: { customers: 0, contacted: 0 },
  comparison: null,
  compared: { customers: 0, contacted: 0 },
  prevented: null,
  prevented_low: null,
  prevented_high: null,
};

function action(told: Partial<Action>): Action {
  return { action: "a", title: { en: "A" }, on: "overdue", to: "desk", requested: 0, failed: 0, waiting: 0, suppressed: {}, outcome: OUTCOME, ...told };
}

describe("partsOf", () => {
  it("makes up the whole: what failed was sent too, and counts once", () => {
    const parts = partsOf(action({ requested: 10, failed: 3, waiting: 2, suppressed: { cap: 4, cooldown: 1 } }));
    expect(parts).toEqual([
      { state: "requested", times: 10 },
      { state: "waiting", times: 2 },
      { state: "cooldown", times: 1 },
      { state: "cap", times: 4 },
    ]);
  });

  it("says that nothing was sent", () => {
    expect(partsOf(action({ suppressed: { no_consent: 1 } }))).toEqual([
      { state: "requested", times: 0 },
      { state: "no_consent", times: 1 },
    ]);
  });
});

test("nobody has no rate", () => {
  expect(rate({ customers: 0, contacted: 0 })).toBeNull();
  expect(rate({ customers: 8, contacted: 2 })).toBe(0.25);
});

test.each([
  ["P7D", 604_800],
  ["PT5H", 18_000],
  ["P1DT2H3M4.5S", 93_784.5],
  ["P2W", 1_209_600],
  ["P1Y35D", 34_560_000],
])("%s is %d seconds", (length, seconds) => {
  expect(secondsOf(length)).toBe(seconds);
});
