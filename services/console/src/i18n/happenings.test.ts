import { expect, test } from "vitest";

import { happening } from "./happenings";

test("a type of the catalogue is told in words", () => {
  expect(happening("call.ended", "en")).toBe("Phone call");
  expect(happening("call.ended", "he")).toBe("שיחת טלפון");
});

test("a type of one's own is told as its own words", () => {
  expect(happening("drone.parcel_dropped", "en")).toBe("Drone parcel dropped");
});
