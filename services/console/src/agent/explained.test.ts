import { expect, test } from "vitest";

import type { Key } from "../i18n/en";
import { translate } from "../i18n/language";
import { blockedInWords, outcomeInWords } from "./explained";

const t = (key: Key) => translate("he", key);
const explanation = "In the service's words.";

test("outcomes and reasons are told in the reader's language", () => {
  expect(outcomeInWords({ outcome: "created", explanation, joined: false }, t)).toBe("הראשון של לקוח חדש.");
  expect(outcomeInWords({ outcome: "attached", explanation, joined: true }, t)).toContain("של השיחה שלו");
  expect(blockedInWords({ reason: "own", explanation }, t)).toBe("של הארגון עצמו");
});

test("what this page does not know yet is told in the service's words", () => {
  expect(outcomeInWords({ outcome: "stale_revision", explanation, joined: false }, t)).toBe(explanation);
  expect(blockedInWords({ reason: "toString", explanation }, t)).toBe(explanation);
});
