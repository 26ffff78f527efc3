import type { I18n } from "../i18n/I18n";
import type { Key } from "../i18n/en";
import { namespaceTitle } from "../look/namespaces";

const REASONS: Readonly<Record<string, Key>> = {
  shared: "reason.shared",
  limit: "reason.limit",
  claimed: "reason.claimed",
  separated: "reason.separated",
  conflicting_claims: "reason.conflicting_claims",
  names_differ: "reason.names_differ",
  birth_dates_differ: "reason.birth_dates_differ",
};

interface Given {
  /** A word of the rules, some with what they are about: `limit:customer_id`. */
  reason: string;
  explanation?: string | null;
  /** Set if it is about a device that several people use: who they are, unless they are many. */
  used_by?: readonly { value: string }[] | null;
}

/** Why the rules held something back, in words: those of this page first, else those of the service. */
export function reasonInWords({ reason, explanation, used_by }: Given, t: I18n["t"]): string {
  if (used_by) return deviceInWords(used_by, t);
  const [word = "", ...about] = reason.split(":");
  const key = REASONS[word];
  if (!key) return explanation ?? t("reason.other", { reason });
  return t(key, { what: about.length > 0 ? namespaceTitle(about.join(":"), t) : "" });
}

function deviceInWords(people: readonly { value: string }[], t: I18n["t"]): string {
  if (people.length === 0) return t("reason.device.many");
  return t("reason.device", { who: people.map(({ value }) => value).join(", ") });
}
