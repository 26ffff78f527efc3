import type { Language } from "../i18n/language";

/** A share from 0 to 1 in whole percent. */
export function percent(share: number, language: Language): string {
  return share.toLocaleString(language, { style: "percent", maximumFractionDigits: 0 });
}
