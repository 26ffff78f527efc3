import { describe, expect, it } from "vitest";

import { since } from "./since";

const NOW = Date.parse("2026-11-24T10:20:30.456Z");

describe("since", () => {
  it("is a whole minute, so many days ago", () => {
    expect(since("7", NOW)).toEqual({ since: "2026-11-17T10:20:00.000Z" });
  });

  it("leaves everything in", () => {
    expect(since("all", NOW)).toEqual({});
  });
});
