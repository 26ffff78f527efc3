import { expect, test } from "vitest";

import { guessKind } from "./guess";

test.each([
  ["dana@example.com", "email"],
  ["  dana@example.com ", "email"],
  ["+972541234567", "phone"],
  ["054-123-4567", "phone"],
  ["0541234567", "phone"],
  ["(212) 555 0123", "phone"],
  ["972541234567", "phone"],
  ["7290001234566", "loyalty_id"],
  ["100482", "customer_id"],
  ["C-100482", "customer_id"],
  ["cust 42", "customer_id"],
  ["@dana", "handle:instagram"],
  ["דנה כהן", "name"],
  ["Dana", "name"],
  ["O'Neil-Smith 2nd", "name"],
  ["", "name"],
])("%s is most likely: %s", (typed, kind) => {
  expect(guessKind(typed)).toBe(kind);
});
