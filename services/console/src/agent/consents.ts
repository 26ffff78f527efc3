import type { Consent, UncountedWord } from "../api/types";
import { en, type Key } from "../i18n/en";
import type { I18n } from "../i18n/I18n";

export type State = Consent["state"];

const FIRST: readonly State[] = ["refused", "granted", "unknown"];

function worded(key: string): key is Key {
  return key in en;
}

/** The purpose in words; one that is not known here is shown as its source writes it. */
export function purposeTitle(purpose: string, t: I18n["t"]): string {
  const key = `purpose.${purpose}`;
  return worded(key) ? t(key) : purpose;
}

/** What must not be done stands first, then what may be. */
export function byUrgency(consents: Readonly<Record<string, Consent>>): [string, Consent][] {
  const place = (state: State) => FIRST.indexOf(state);
  return Object.entries(consents).toSorted(
    ([a, one], [b, other]) => place(one.state) - place(other.state) || a.localeCompare(b),
  );
}

/** Why a word is not the one that decides. */
export function whyNot({ why }: Pick<UncountedWord, "why">, t: I18n["t"]): string {
  return t(`consents.why.${why}`);
}
