import { expect, test } from "vitest";

import type { Profile } from "../api/types";
import { shownName } from "./name";

type Trait = Profile["traits"][string];

function trait(value: string, assurance: Trait["assurance"] = "verified", pin: Trait["pin"] = null): Trait {
  const said = { source: "/chat/main", observed_at: "2026-01-01", trust: 50, interaction: "e1" };
  return { ...said, value, assurance, pin, others: [] };
}

const PIN = { id: "1", author: "maya", reason: "she said so", made_at: "2026-01-01" };

test.each([
  [{}, { text: null, claimed: false }],
  [{ name: trait("Dana Cohen"), first_name: trait("Avi") }, { text: "Dana Cohen", claimed: false }],
  [{ name: trait("Boris", "claimed"), first_name: trait("Dana"), last_name: trait("Cohen") }, { text: "Dana Cohen", claimed: false }],
  [{ name: trait("Boris", "claimed") }, { text: "Boris", claimed: true }],
  [{ name: trait("Boris", "claimed", PIN) }, { text: "Boris", claimed: false }],
  [{ first_name: trait("Dana"), last_name: trait("Cohen", "claimed") }, { text: "Dana Cohen", claimed: true }],
  [{ name: trait("  ") }, { text: null, claimed: false }],
])("%o is shown as %o", (traits: Profile["traits"], shown) => {
  expect(shownName(traits)).toEqual(shown);
});
