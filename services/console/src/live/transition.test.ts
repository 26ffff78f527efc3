import { expect, test } from "vitest";

import { movedBy, travels } from "./transition";

function said(event: string, data: object) {
  const moved = movedBy({ event, data: JSON.stringify(data), id: "1" });
  return moved && { lapse: moved.lapse, retracted: moved.retracted, from: moved.from, to: moved.to, goes: travels(moved) };
}

test("a step is a movement, and so is its being taken back", () => {
  const step = { from: "one", to: "two", interaction: "/call 1" };
  const moved = { from: "one", to: "two", goes: true, lapse: null };
  expect(said("journey.transitioned", step)).toEqual({ ...moved, retracted: false });
  expect(said("journey.retracted", step)).toEqual({ ...moved, retracted: true });
});

test("what time did is told as such, and moves nobody but who leaves", () => {
  const stays = { from: "one", to: "one", interaction: null };
  expect(said("journey.overdue", stays)).toMatchObject({ lapse: "overdue", goes: false });
  expect(said("journey.stalled", stays)).toMatchObject({ lapse: "stalled", goes: false });
  expect(said("journey.abandoned", { ...stays, to: null })).toMatchObject({ lapse: "abandoned", to: null, goes: true });
});

test("that time did not do something is no movement", () => {
  const back = { from: "one", to: null, interaction: null };
  expect(said("journey.retracted", back)).toMatchObject({ lapse: "untold", retracted: true, goes: false });
});

test("events of other kinds are none", () => {
  expect(said("journey.action.requested", { from: "one" })).toBeNull();
  expect(movedBy({ data: "{}" })).toBeNull();
});
