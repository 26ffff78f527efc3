import { expect, test } from "vitest";

import type { Decision, HeldLink, Identifier, Identity, Link, ProfileIdentifier } from "../../api/types";
import { arrange, grow, keyOf } from "./tree";

const at = (namespace: string, value: string): Identifier => ({ namespace, value });
const CUSTOMER = at("customer_id", "C-1");
const EMAIL = at("email", "a@b.example");
const PHONE = at("phone", "+972541234567");
const DEVICE = at("device", "d-1");
const OTHER = at("customer_id", "C-2");

function own(each: Identifier): ProfileIdentifier {
  return { ...each, assurance: "verified", shared: false, first_seen: "2026-01-01", last_seen: "2026-02-01" };
}

function link(a: Identifier, b: Identifier, first_seen = "2026-01-01", joins = true): Link {
  return { a, b, first_seen, verified: true, joins, rule: "", interaction: "m-1", source: "/call/main" };
}

function held(a: Identifier, b: Identifier): HeldLink {
  return { ...link(a, b), reason: "shared", explanation: "", profile_id: null };
}

function decision(a: Identifier, b: Identifier, withdrawn: Decision["withdrawn"] = null): Decision {
  return { id: "d", kind: "confirm", a, b, reason: "seen", author: "noa", made_at: "2026-01-01", withdrawn };
}

function identity(identifiers: Identifier[], rest: Partial<Identity> = {}): Identity {
  return { identifiers: identifiers.map(own), links: [], held: [], held_total: 0, decisions: [], ...rest };
}

const drawn = (each: Identity) => grow(each).branches.map(({ identifier, depth, by }) => [identifier.value, depth, by?.kind]);

test("the strongest is the root, and the others stand where evidence puts them", () => {
  const links = [link(EMAIL, DEVICE), link(CUSTOMER, EMAIL), link(CUSTOMER, PHONE)];
  expect(drawn(identity([DEVICE, PHONE, EMAIL, CUSTOMER], { links }))).toEqual([
    ["C-1", 0, undefined],
    ["a@b.example", 1, "verified"],
    ["d-1", 2, "verified"],
    ["+972541234567", 1, "verified"],
  ]);
});

test("what only agrees with what joined them is not drawn, and no circle is walked twice", () => {
  const agrees = link(CUSTOMER, DEVICE, "2026-01-01", false);
  const links = [agrees, link(CUSTOMER, EMAIL), link(EMAIL, DEVICE), link(DEVICE, CUSTOMER, "2026-03-01", false)];
  expect(drawn(identity([CUSTOMER, EMAIL, DEVICE], { links }))).toEqual([
    ["C-1", 0, undefined],
    ["a@b.example", 1, "verified"],
    ["d-1", 2, "verified"],
  ]);
});

test("a link that nobody verified is told from the others", () => {
  const links = [{ ...link(CUSTOMER, EMAIL), verified: false }];
  expect(drawn(identity([CUSTOMER, EMAIL], { links }))[1]).toEqual(["a@b.example", 1, "claimed"]);
});

test("a steward's decision connects as long as it stands", () => {
  const taken = decision(CUSTOMER, PHONE, { author: "noa", reason: "no", at: "2026-01-02" });
  const decisions = [decision(CUSTOMER, EMAIL), taken];
  expect(drawn(identity([CUSTOMER, EMAIL, PHONE], { decisions }))).toEqual([
    ["C-1", 0, undefined],
    ["a@b.example", 1, "confirmed"],
    ["+972541234567", 0, undefined],
  ]);
});

test("what was held hangs on the end that is this person's, whichever it is", () => {
  const both = [held(OTHER, PHONE), held(PHONE, OTHER), held(CUSTOMER, PHONE)];
  expect(drawn(identity([CUSTOMER, PHONE], { links: [link(CUSTOMER, PHONE)], held: both }))).toEqual([
    ["C-1", 0, undefined],
    ["+972541234567", 1, "verified"],
    ["C-2", 2, "held"],
    ["C-2", 2, "held"],
  ]);
});

test("too many are counted and not drawn, and none without its parent", () => {
  const links = [link(CUSTOMER, EMAIL), link(EMAIL, DEVICE)];
  const { branches, left } = grow(identity([CUSTOMER, EMAIL, DEVICE], { links }), 2);
  expect(branches.map(({ key }) => key)).toEqual([keyOf(CUSTOMER), keyOf(EMAIL)]);
  expect(left).toBe(1);
});

test("nobody stands on another: a parent in the middle of its children", () => {
  const links = [link(CUSTOMER, EMAIL), link(CUSTOMER, PHONE)];
  const { branches } = grow(identity([CUSTOMER, EMAIL, PHONE, DEVICE], { links }));
  const { places, height } = arrange(branches, () => 10);
  expect(places.map(({ branch, y }) => [branch.identifier.value, y])).toEqual([
    ["C-1", 10],
    ["a@b.example", 5],
    ["+972541234567", 15],
    ["d-1", 25],
  ]);
  expect(height).toBe(30);
});

test("a parent that is higher than its child has its room", () => {
  const { branches } = grow(identity([CUSTOMER, EMAIL, PHONE], { links: [link(CUSTOMER, EMAIL)] }));
  const { places } = arrange(branches, ({ depth }) => (depth === 0 ? 30 : 10));
  expect(places.map(({ y }) => y)).toEqual([15, 5, 45]);
});
