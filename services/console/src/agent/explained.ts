import { en, type Key } from "../i18n/en";
import type { I18n } from "../i18n/I18n";

interface Told {
  explanation: string;
}

function worded(key: string): key is Key {
  return key in en;
}

/** What became of an interaction: in this page's words, else in those of the service. */
export function outcomeInWords(
  { outcome, explanation, joined }: Told & { outcome: string; joined: boolean },
  t: I18n["t"],
): string {
  const key = joined ? "outcome.joined" : `outcome.${outcome}`;
  return worded(key) ? t(key) : explanation;
}

/** Why an identifier could mean nobody. */
export function blockedInWords({ reason, explanation }: Told & { reason: string }, t: I18n["t"]): string {
  const key = `blocked.${reason}`;
  return worded(key) ? t(key) : explanation;
}
