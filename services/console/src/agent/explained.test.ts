import { expect, test } from "vitest";

import type { Key } from "../i18n/en";
import { translate } from "../i18n/language";
import { blockedInWords, outcomeInWords } from "./explained";

const t = (key: Key) => translate("he", key);
const explanation = "In the service's words.";
const named = { explanation, joined: false, login: null, ambiguous: false };

test("outcomes and reasons are told in the reader's language", () => {
  expect(outcomeInWords({ outcome: "created", ...named }, t)).toBe("הראשון של לקוח חדש.");
  expect(outcomeInWords({ outcome: "attached", ...named, joined: true }, t)).toContain("של השיחה שלו");
  expect(outcomeInWords({ outcome: "attached", ...named, login: {} }, t)).toContain("נכנס");
  expect(outcomeInWords({ outcome: "attached", ...named, ambiguous: true }, t)).toContain("כמה אנשים");
  expect(blockedInWords({ reason: "own", explanation }, t)).toBe("של הארגון עצמו");
});

test("what this page does not know yet is told in the service's words", () => {
  expect(outcomeInWords({ outcome: "stale_revision", ...named }, t)).toBe(explanation);
  expect(blockedInWords({ reason: "toString", explanation }, t)).toBe(explanation);
});
