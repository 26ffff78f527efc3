import { describe, expect, it } from "vitest";

import { path, segments } from "./curve";

describe("segments", () => {
  it("meet half-way between neighbours", () => {
    expect(segments([0.2, 0.6, 1])).toEqual([
      { from: null, at: 0.2, to: 0.4 },
      { from: 0.4, at: 0.6, to: 0.8 },
      { from: 0.8, at: 1, to: null },
    ]);
  });

  it("stop where nothing is known", () => {
    expect(segments([0.5, null, 0.7])).toEqual([{ from: null, at: 0.5, to: null }, null, { from: null, at: 0.7, to: null }]);
  });
});

describe("path", () => {
  it("draws the best at the top", () => {
    expect(path({ from: 0, at: 1, to: 0.25 })).toBe("M0 100 L50 0 L100 75");
  });

  it("is a dot where nobody is beside it", () => {
    expect(path({ from: null, at: 0.5, to: null })).toBe("M50 50");
  });
});
