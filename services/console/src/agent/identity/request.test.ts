import { expect, test } from "vitest";

import type { Decision } from "../../api/types";
import { translate } from "../../i18n/language";
import type { I18n } from "../../i18n/I18n";
import { requestOf } from "./request";

const t: I18n["t"] = (key, params) => translate("en", key, params);
const A = { namespace: "email", value: "a@b.example" };
const B = { namespace: "phone", value: "054-123-4567" };
const DECISION: Decision = { id: "d", kind: "separate", a: A, b: B, reason: "", author: "", made_at: "", withdrawn: null };

test("what is asked for has the identifiers alone and the reason without its margins", () => {
  const seen = { ...A, assurance: "verified", first_seen: "2026-01-01" };
  expect(requestOf({ kind: "separate", a: A, b: B }, { a: seen, b: B, reason: " two of them " }, t)).toEqual({
    request: { kind: "separate", a: A, b: B, reason: "two of them" },
  });
});

test("a decision is taken back by its id", () => {
  expect(requestOf({ kind: "withdraw", decision: DECISION }, { a: undefined, b: undefined, reason: "a slip" }, t)).toEqual({
    request: { kind: "withdraw", decision: "d", reason: "a slip" },
  });
});

test("everything that is missing is named at once", () => {
  const nothing = { a: A, b: { ...B, value: "" }, reason: "  " };
  expect(requestOf({ kind: "confirm", a: null, b: null }, nothing, t)).toEqual({
    errors: { b: t("decide.b.missing"), reason: t("decide.reason.missing") },
  });
  const withdrawn = requestOf({ kind: "withdraw", decision: DECISION }, { ...nothing, reason: "no" }, t);
  expect(withdrawn).toEqual({ errors: { reason: t("decide.reason.missing") } });
});
