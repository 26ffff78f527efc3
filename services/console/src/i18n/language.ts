import { en, type Dictionary, type Key } from "./en";
import { he } from "./he";

export type Language = "en" | "he";
export type Direction = "ltr" | "rtl";
export type Params = Readonly<Record<string, string | number>>;

const DICTIONARIES: Readonly<Record<Language, Dictionary>> = { en, he };

export function directionOf(language: Language): Direction {
  return language === "he" ? "rtl" : "ltr";
}

/**
 * A text with its `{params}` filled in. A text of two forms, `one | other`, is chosen by the parameter `n`.
 */
export function translate(language: Language, key: Key, params: Params = {}): string {
  const [one = "", other = one] = DICTIONARIES[language][key].split(" | ");
  const text = params.n === 1 ? one : other;
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? value.toLocaleString(language) : isolated(language, value);
  });
}

/** In a sentence from right to left, what a system or a customer wrote keeps its own order of signs. */
function isolated(language: Language, value: string): string {
  return directionOf(language) === "rtl" && value ? `\u2068${value}\u2069` : value;
}

/** The title in this language, else in English, else any, else the fallback. */
type Titled = Readonly<Record<string, string | null | undefined>>;

export function titleIn(language: Language, title: Titled | null | undefined, fallback: string): string {
  if (!title) return fallback;
  return title[language] ?? title.en ?? Object.values(title).find(Boolean) ?? fallback;
}
