import { describe, expect, it } from "vitest";

import type { Decision, HeldLink, Why } from "../../api/types";
import { verdictOf } from "./why";

const NOTHING: Why = { one_person: false, profile_a: "a", profile_b: "b", path: [], decisions: [], held: [], through: [] };
const HELD = { reason: "shared" } as HeldLink;
const THROUGH = { identifier: { namespace: "phone", value: "+972" }, a: HELD, b: HELD };
const decided = (kind: Decision["kind"]) => ({ kind }) as Decision;

describe("why two identifiers are, or are not, one person", () => {
  it("is that one is the other, or what leads from one to the other", () => {
    expect(verdictOf({ ...NOTHING, one_person: true })).toBe("why.one.same");
    expect(verdictOf({ ...NOTHING, one_person: true, decisions: [decided("confirm")] })).toBe("why.one");
  });

  it("is a steward's word before all links, and a link between them before what others have too", () => {
    expect(verdictOf({ ...NOTHING, decisions: [decided("separate")], held: [HELD] })).toBe("why.two.decided");
    expect(verdictOf({ ...NOTHING, decisions: [decided("confirm")], held: [HELD], through: [THROUGH] })).toBe("why.two.held");
    expect(verdictOf({ ...NOTHING, through: [THROUGH] })).toBe("why.two.through");
    expect(verdictOf(NOTHING)).toBe("why.two.nothing");
  });
});
