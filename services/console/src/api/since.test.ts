import { describe, expect, it } from "vitest";

import { endsOf, isDays, since, spanOf } from "./since";

const NOW = Date.parse("2026-11-24T10:20:30.456Z");
const midnight = (day: number) => new Date(2026, 9, day).toISOString();

describe("since", () => {
  it("is a whole minute, so many days ago", () => {
    expect(since("7", NOW)).toEqual({ since: "2026-11-17T10:20:00.000Z" });
  });

  it("leaves everything in", () => {
    expect(since("all", NOW)).toEqual({});
  });

  it("is from the beginning of one day to the end of another, where the reader is", () => {
    expect(since("2026-10-30/2026-10-31", NOW)).toEqual({ since: midnight(30), until: midnight(32) });
  });

  it("has no end that nobody wrote", () => {
    expect(since("2026-10-30/", NOW)).toEqual({ since: midnight(30) });
    expect(since("/2026-10-30", NOW)).toEqual({ until: midnight(31) });
    expect(since("/", NOW)).toEqual({});
  });
});

describe("spanOf", () => {
  it("is read back", () => {
    const ends = { from: "2026-10-30", until: "2026-10-30" };
    const span = spanOf(ends);
    expect(span !== null && isDays(span) && endsOf(span)).toEqual(ends);
  });

  it("is none of an end before its beginning, or of half a day's name", () => {
    expect(spanOf({ from: "2026-10-31", until: "2026-10-30" })).toBeNull();
    expect(spanOf({ from: "2026-13", until: "" })).toBeNull();
  });

  it("is everything without ends", () => {
    expect(spanOf({ from: "", until: "" })).toBe("all");
  });
});
