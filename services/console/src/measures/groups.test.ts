import { describe, expect, it, test } from "vitest";

import { translate } from "../i18n/language";
import { barsOf, groupName, rowsOf, type Names } from "./groups";

const figure = (count: number) => ({ count, sum: count, mean: 1, p50: null, p90: null });
const groups = [
  { group: null, measures: { wait: figure(1) } },
  { group: "chasing", measures: { wait: figure(2) } },
  { group: "paid", measures: { handle: figure(9) } },
  { group: "approved", measures: { wait: figure(3) } },
];
const order = (by: "day" | "stage" | "reason") => rowsOf(groups, "wait", by, ["approved", "chasing"]).map(({ group }) => group);

describe("rowsOf", () => {
  it("has stages as they are written, and only groups with the measure", () => {
    expect(order("stage")).toEqual(["approved", "chasing", null]);
  });

  it("has the largest group of others first, and days as they came", () => {
    expect(order("reason")).toEqual(["approved", "chasing", null]);
    expect(order("day")).toEqual([null, "chasing", "approved"]);
  });
});

describe("barsOf", () => {
  it("begins at nought", () => {
    expect(barsOf([1, 4])).toEqual([
      { start: 0, size: 25 },
      { start: 0, size: 100 },
    ]);
  });

  it("lets what is below nought grow the other way", () => {
    expect(barsOf([-1, 3])).toEqual([
      { start: 0, size: 25 },
      { start: 25, size: 75 },
    ]);
  });

  it("stands still where there is nothing", () => {
    expect(barsOf([0, 0])).toEqual([
      { start: 0, size: 0 },
      { start: 0, size: 0 },
    ]);
  });
});

const names: Names = {
  definition: { key: "k", version: 1, title: { en: "K" }, stages: [{ key: "paid", title: { en: "Paid", he: "שולם" } }] },
  full: undefined,
  segments: [],
};

test.each([
  ["stage", "paid", "שולם"],
  ["stage", "gone", "gone"],
  ["channel", "call", "שיחה"],
  ["channel", "fax", "fax"],
  ["reason", "billing.refund", "billing.refund"],
  ["touchpoint", "call.ended", "שיחת טלפון"],
  ["persona", "hasty", "hasty"],
  ["campaign", null, "בלי"],
] as const)("%s %s is called %s", (by, group, name) => {
  expect(groupName(by, group, names, { t: (key) => translate("he", key), language: "he" })).toBe(name);
});
