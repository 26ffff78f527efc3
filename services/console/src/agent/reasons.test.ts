import { expect, test } from "vitest";

import { translate } from "../i18n/language";
import type { I18n } from "../i18n/I18n";
import { reasonInWords } from "./reasons";

const t: I18n["t"] = (key, params) => translate("en", key, params);

test("a full namespace is named", () => {
  expect(reasonInWords({ reason: "limit:customer_id" }, t)).toContain("Customer number");
  expect(reasonInWords({ reason: "limit:handle:whatsapp" }, t)).toContain("Whatsapp handle");
});

test("a reason that this page does not know is told by the service's words, else as it is", () => {
  expect(reasonInWords({ reason: "new", explanation: "two passports" }, t)).toBe("two passports");
  expect(reasonInWords({ reason: "new" }, t)).toContain("new");
});

test("of a device that several people use they are named, unless they are many", () => {
  const people = [{ value: "dana@example.com" }, { value: "avi@example.com" }];
  expect(reasonInWords({ reason: "shared", used_by: people }, t)).toBe(
    "Several people use this device, so it joins none of them: dana@example.com, avi@example.com",
  );
  expect(reasonInWords({ reason: "shared", used_by: [] }, t)).toContain("Many people use this device");
  expect(reasonInWords({ reason: "shared", used_by: null }, t)).toContain("too many people");
  const inHebrew: I18n["t"] = (key, params) => translate("he", key, params);
  expect(reasonInWords({ reason: "shared", used_by: people }, inHebrew)).toContain("\u2068dana@example.com, avi@example.com\u2069");
});
