/** A namespace, or `name` for a search by name. */
export type Kind = "name" | (string & {});

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const PHONE_SHAPE = /^\+?[\d\s().-]+$/;
const NUMBER_WITH_PREFIX = /^[a-z]{1,6}[-_ ]?\d[\w-]*$/i;
const LOYALTY_DIGITS = 13; // an EAN-13 card number

/** What a typed value most likely is. Only a guess: it is shown, and can be chosen otherwise. */
export function guessKind(typed: string): Kind {
  const value = typed.trim();
  if (EMAIL.test(value)) return "email";
  if (/^@\S+$/.test(value)) return "handle:instagram";
  if (PHONE_SHAPE.test(value)) return guessNumber(value);
  if (NUMBER_WITH_PREFIX.test(value)) return "customer_id";
  return "name";
}

function guessNumber(value: string): Kind {
  const digits = value.replaceAll(/\D/g, "");
  if (value.startsWith("+")) return "phone";
  if (digits.length === LOYALTY_DIGITS) return "loyalty_id";
  const dialled = digits.startsWith("0") || /[\s().-]/.test(value) || digits.length > 9;
  return dialled && digits.length >= 7 ? "phone" : "customer_id";
}
