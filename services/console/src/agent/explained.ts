import { en, type Key } from "../i18n/en";
import type { I18n } from "../i18n/I18n";

interface Told {
  explanation: string;
}

interface Hangs {
  joined: boolean;
  login: unknown;
  ambiguous: boolean;
}

type Became = Hangs & { outcome: string };

/** Why it hangs on somebody whom it does not name, or on a device that is nobody's. */
function hangs({ joined, login, ambiguous }: Hangs): string | null {
  if (login) return "login";
  if (ambiguous) return "ambiguous";
  return joined ? "joined" : null;
}

function worded(key: string): key is Key {
  return key in en;
}

/** What became of an interaction: in this page's words, else in those of the service. */
export function outcomeInWords(
  { outcome, explanation, joined, login, ambiguous }: Told & Became,
  t: I18n["t"],
): string {
  const key = `outcome.${hangs({ joined, login, ambiguous }) ?? outcome}`;
  return worded(key) ? t(key) : explanation;
}

/** Why an identifier could mean nobody. */
export function blockedInWords({ reason, explanation }: Told & { reason: string }, t: I18n["t"]): string {
  const key = `blocked.${reason}`;
  return worded(key) ? t(key) : explanation;
}
