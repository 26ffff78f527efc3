import { expect, test } from "vitest";

import type { Effect, Profile } from "../../api/types";
import { movedKeys, shapeOf } from "./effect";

const FIGURES = { interactions: 0, first_seen: null, last_seen: null, channels: {} };
const person: Profile = { id: "p", identifiers: [], traits: {}, consents: {}, figures: FIGURES, journeys: [], masked: false };
const move = { identifier: { namespace: "phone", value: "+972541234567" }, previous: "p", profile_id: null };

function effect(before: number, after: number, moves: Effect["moves"] = []): Effect {
  const people = { before: Array<Profile>(before).fill(person), after: Array<Profile>(after).fill(person) };
  return { decision: null, seal: null, moves, ...people };
}

test.each([
  [effect(1, 2, [move]), "parts"],
  [effect(2, 1, [move]), "joins"],
  [effect(2, 2, [move]), "moves"],
  [effect(2, 2), "same"],
])("case %#", (each, shape) => {
  expect(shapeOf(each)).toBe(shape);
});

test("what moves is known by namespace and value", () => {
  expect(movedKeys(effect(1, 2, [move])).has("phone +972541234567")).toBe(true);
});
