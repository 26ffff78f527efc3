import { useI18n } from "../i18n/I18n";
import { useNow } from "./now";
import { localeOf, relative } from "./time";

type Form = "relative" | "clock" | "date" | "moment";

const FORMATS: Record<Exclude<Form, "relative">, Intl.DateTimeFormatOptions> = {
  clock: { hour: "2-digit", minute: "2-digit" },
  date: { day: "numeric", month: "short", year: "numeric" },
  moment: { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
};

/** A moment in local time; the exact ISO 8601 time shows on hover. */
export function Time({ iso, form = "moment" }: { iso: string; form?: Form }) {
  const { language } = useI18n();
  const now = useNow();
  const text =
    form === "relative"
      ? relative(iso, now, language)
      : new Intl.DateTimeFormat(localeOf(language), { ...FORMATS[form], hour12: false }).format(new Date(iso));
  return (
    <time dateTime={iso} title={iso} dir="auto">
      {text}
    </time>
  );
}
