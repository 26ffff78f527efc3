import { expect, test } from "vitest";

import { en, type Key } from "./en";
import { he } from "./he";
import { titleIn, translate } from "./language";

const keys = Object.keys(en) as Key[];
const paramsOf = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort();

test.each(keys)("%s says the same in Hebrew", (key) => {
  expect(he[key]).not.toBe("");
  expect(paramsOf(he[key])).toEqual(paramsOf(en[key]));
  const forms = (text: string) => text.split(" | ").length;
  expect(forms(he[key])).toBe(forms(en[key]));
});

test("one and many", () => {
  expect(translate("en", "figures.contacts", { n: 1 })).toBe("1 contact");
  expect(translate("en", "figures.contacts", { n: 1234 })).toBe("1,234 contacts");
  expect(translate("he", "figures.contacts", { n: 1 })).toBe("פנייה אחת");
});

test("what others wrote keeps its own order of signs in Hebrew", () => {
  expect(translate("he", "traits.from", { source: "/crm/main" })).toBe("מקור: \u2068/crm/main\u2069");
  expect(translate("en", "traits.from", { source: "/crm/main" })).toBe("from /crm/main");
});

test("a title falls back to English, then to any, then to the key", () => {
  expect(titleIn("he", { en: "Paid" }, "paid")).toBe("Paid");
  expect(titleIn("en", { fr: "Payé" }, "paid")).toBe("Payé");
  expect(titleIn("en", null, "paid")).toBe("paid");
});
