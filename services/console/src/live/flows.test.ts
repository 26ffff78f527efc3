import { expect, test } from "vitest";

import type { Flow } from "../api/types";
import { divide, type FlowLink } from "./flows";

const stages = ["a", "b", "c"];
const link = (from: string | null, to: string | null, count = 1): FlowLink => ({ from, to, count });
const flow = (...links: FlowLink[]): Flow => ({ nodes: ["a", "b", "c", "old"].map((stage) => ({ stage, count: 0 })), links });

test("only what goes on is left for the diagram, which knows no cycles", () => {
  const links = [link(null, "a"), link("a", "c"), link("c", "a", 2), link("b", "b", 5), link("c", null)];
  const { onward, back } = divide(flow(...links), stages);
  expect(onward).toEqual([link(null, "a"), link("a", "c"), link("c", null)]);
  expect(back).toEqual([link("b", "b", 5), link("c", "a", 2)]);
});

test("a stage that the definition no longer has stands behind all others", () => {
  const { onward, back } = divide(flow(link("a", "old"), link("old", "b")), stages);
  expect(onward).toEqual([link("a", "old")]);
  expect(back).toEqual([link("old", "b")]);
});

test("ways that nobody went are left out", () => {
  expect(divide(flow(link("a", "b", 0)), stages).onward).toEqual([]);
});
