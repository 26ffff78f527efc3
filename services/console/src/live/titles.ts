import type { Definition } from "../api/types";
import type { I18n } from "../i18n/I18n";
import { titleIn, type Language } from "../i18n/language";

export interface Titles {
  start: string;
  end: string;
  of: (stage: string) => string;
}

export function stageTitles(definition: Definition, language: Language, t: I18n["t"]): Titles {
  const titles = new Map(definition.stages.map(({ key, title }) => [key, titleIn(language, title, key)]));
  return {
    start: t("live.entered"),
    end: t("live.exited"),
    of: (stage) => titles.get(stage) ?? stage,
  };
}
