import { expect, test } from "vitest";

import type { Behind } from "./opened";
import { saidKey, unitOf } from "./said";

test.each<[Behind, string, string]>([
  [{ measure: "wait", stage: "a" }, "facts.value", "seconds"],
  [{ pain: "long", stage: "a" }, "facts.value", "weight"],
  [{ plan: "1", side: "after", asOf: "", unit: "share" }, "facts.value", "share"],
  [{ interactions: true, stage: "a", cell: {} }, "way.what", "weight"],
  [{ funnel: "left", stage: "a" }, "opens.where", "weight"],
  [{ dropOff: "reached", stage: "a" }, "opens.where", "weight"],
  [{ from: null, to: "a" }, "opens.channel", "weight"],
  [{ cameTo: "a" }, "opens.channel", "weight"],
])("%j is told by %s in %s", (figure, key, unit) => {
  expect([saidKey({ title: "", ...figure }), unitOf({ title: "", ...figure })]).toEqual([key, unit]);
});
