import type { Key } from "../i18n/en";
import type { I18n } from "../i18n/I18n";

/** The traits that most people have, the first to read first; all others follow by name. */
const TITLES: Readonly<Record<string, Key>> = {
  name: "trait.name",
  first_name: "trait.first_name",
  last_name: "trait.last_name",
  birth_date: "trait.birth_date",
  language: "trait.language",
  gender: "trait.gender",
  company: "trait.company",
  address: "trait.address",
  city: "trait.city",
  country: "trait.country",
  segment: "trait.segment",
};

const ORDER = Object.keys(TITLES);

export function traitTitle(name: string, t: I18n["t"]): string {
  const key = TITLES[name];
  return key ? t(key) : name.replaceAll("_", " ");
}

export function byImportance(a: string, b: string): number {
  const place = (name: string) => (name in TITLES ? ORDER.indexOf(name) : ORDER.length);
  return place(a) - place(b) || a.localeCompare(b);
}
