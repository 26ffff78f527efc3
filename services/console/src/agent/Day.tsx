import { useI18n } from "../i18n/I18n";
import { useNow } from "../text/now";
import { dayOf, localeOf } from "../text/time";

const ONE_DAY = 86_400_000;

export function Day({ iso }: { iso: string }) {
  const { t, language } = useI18n();
  const now = useNow();
  const day = dayOf(iso);
  if (day === dayOf(new Date(now).toISOString())) return t("timeline.today");
  if (day === dayOf(new Date(now - ONE_DAY).toISOString())) return t("timeline.yesterday");
  const form: Intl.DateTimeFormatOptions = { weekday: "long", day: "numeric", month: "long", year: "numeric" };
  return new Intl.DateTimeFormat(localeOf(language), form).format(new Date(iso));
}
