import { expect, test } from "vitest";

import type { Consent } from "../api/types";
import { translate } from "../i18n/language";
import type { I18n } from "../i18n/I18n";
import { byUrgency, purposeTitle, whyNot } from "./consents";

const t: I18n["t"] = (key, params) => translate("en", key, params);

function consent(state: Consent["state"]): Consent {
  return { state, decided_by: null, others: [] };
}

test("a refusal is seen first, what is not known last", () => {
  const consents = { d: consent("unknown"), c: consent("granted"), b: consent("refused"), a: consent("granted") };
  expect(byUrgency(consents).map(([purpose]) => purpose)).toEqual(["b", "a", "c", "d"]);
});

test("a purpose that this page does not know is told as its source writes it", () => {
  expect(purposeTitle("marketing.email", t)).toBe("Marketing by email");
  expect(purposeTitle("lottery", t)).toBe("lottery");
});

test("each reason has its own words", () => {
  const reasons = (["claimed", "older", "overruled", "agrees"] as const).map((why) => whyNot({ why }, t));
  expect(new Set(reasons).size).toBe(4);
});
