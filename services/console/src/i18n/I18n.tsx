import { useDirection } from "@mantine/core";
import { createContext, use, useEffect, useMemo, useState, type ReactNode } from "react";

import type { Key } from "./en";
import { directionOf, translate, type Language, type Params } from "./language";

export interface I18n {
  language: Language;
  t: (key: Key, params?: Params) => string;
  switchTo: (language: Language) => void;
}

const Context = createContext<I18n | null>(null);
const KEPT = "kesher.language";

function preferred(): Language {
  const kept = localStorage.getItem(KEPT);
  if (kept === "en" || kept === "he") return kept;
  return navigator.language.startsWith("he") ? "he" : "en";
}

export function I18nProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(preferred);
  const { setDirection } = useDirection();

  useEffect(() => {
    localStorage.setItem(KEPT, language);
    document.documentElement.lang = language;
    setDirection(directionOf(language));
  }, [language, setDirection]);

  const value = useMemo<I18n>(
    () => ({ language, t: (key, params) => translate(language, key, params), switchTo: setLanguage }),
    [language],
  );
  return <Context value={value}>{children}</Context>;
}

export function useI18n(): I18n {
  const value = use(Context);
  if (!value) throw new Error("useI18n needs an I18nProvider above it");
  return value;
}
