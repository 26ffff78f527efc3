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
