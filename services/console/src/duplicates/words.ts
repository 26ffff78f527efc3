import { en, type Key } from "../i18n/en";
import type { I18n } from "../i18n/I18n";

/** A compared field in words; an identity number's name is the service's own. */
export function fieldTitle(field: string, t: I18n["t"]): string {
  const key = `field.${field}`;
  return isKey(key) ? t(key) : field.replace(/^id:/, "").replaceAll("_", " ");
}

/** How nearly two values agree, in words. */
export function levelTitle(level: string, t: I18n["t"]): string {
  const key = `level.${level.replaceAll(" ", "_")}`;
  return isKey(key) ? t(key) : level;
}

function isKey(key: string): key is Key {
  return key in en;
}
