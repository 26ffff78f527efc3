import type { Language } from "../i18n/language";
import { duration } from "../text/time";

/** How many of the service's units are one of those that people write: percent for shares, minutes for seconds. */
const WRITTEN: Readonly<Record<string, number>> = { share: 0.01, seconds: 60 };

/** What somebody wrote, in the service's unit; null of what is no number. */
export function toService(written: string | number, unit: string): number | null {
  const value = typeof written === "number" ? written : written.trim() === "" ? NaN : Number(written);
  return Number.isFinite(value) ? Number((value * (WRITTEN[unit] ?? 1)).toFixed(6)) : null;
}

/** A value of the service as people write it. */
export function toWritten(value: number, unit: string): number {
  return Number((value / (WRITTEN[unit] ?? 1)).toFixed(6));
}

/** A figure in words. */
export function shown(value: number, unit: string, language: Language): string {
  if (unit === "seconds") return value < 0 ? `−${duration(-value, language)}` : duration(value, language);
  if (unit === "share") return value.toLocaleString(language, { style: "percent", maximumFractionDigits: 1 });
  const text = value.toLocaleString(language, { maximumFractionDigits: 1 });
  return unit === "percent" ? `${text}%` : text;
}

/** A difference of figures in words, with its sign; that of shares in percentage points. */
export function signed(value: number, unit: string, language: Language): string {
  if (unit === "seconds") return value > 0 ? `+${shown(value, unit, language)}` : shown(value, unit, language);
  const written = unit === "share" ? 100 * value : value;
  const text = written.toLocaleString(language, { maximumFractionDigits: 1, signDisplay: "exceptZero" });
  return unit === "share" || unit === "percent" ? `${text} ${language === "he" ? "נק׳" : "pts"}` : text;
}
