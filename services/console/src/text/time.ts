import type { Language } from "../i18n/language";

const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

/** The reader's own form of the language (which country's dates), where the browser knows one. */
export function localeOf(language: Language, preferred: readonly string[] = navigator.languages): string {
  return preferred.find((locale) => locale === language || locale.startsWith(`${language}-`)) ?? language;
}

/** How long before `now` (milliseconds) in words, such as "3 minutes ago"; a clock that runs ahead reads as now. */
export function relative(iso: string, now: number, language: Language): string {
  const seconds = Math.min(0, (Date.parse(iso) - now) / 1000);
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? (["second", 1] as const);
  return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(Math.round(seconds / size), unit);
}

const DAYS_FROM = 48 * 3600;

/** A length in seconds as "45 s", "6:50 min", "1:02 h" or "3.5 d"; the unit is the largest one in it, days from two on. */
export function duration(seconds: number, language: Language): string {
  const whole = Math.round(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const two = (n: number) => String(n).padStart(2, "0");
  const units = language === "he" ? { d: "ימים", h: "ש׳", m: "דק׳", s: "שנ׳" } : { d: "d", h: "h", m: "min", s: "s" };
  if (whole >= DAYS_FROM) return `${(whole / 86_400).toLocaleString(language, { maximumFractionDigits: 1 })} ${units.d}`;
  if (h > 0) return `${h}:${two(m)} ${units.h}`;
  if (m > 0) return s === 0 ? `${m} ${units.m}` : `${m}:${two(s)} ${units.m}`;
  return `${s} ${units.s}`;
}

/** The local calendar day of a moment, as a sortable key. */
export function dayOf(iso: string): string {
  const date = new Date(iso);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((n) => String(n).padStart(2, "0")).join("-");
}
