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
}

/** Why the rules held something back, in words: those of this page first, else those of the service. */
export function reasonInWords({ reason, explanation }: Given, t: I18n["t"]): string {
  const [word = "", ...about] = reason.split(":");
  const key = REASONS[word];
  if (!key) return explanation ?? t("reason.other", { reason });
  return t(key, { what: about.length > 0 ? namespaceTitle(about.join(":"), t) : "" });
}
