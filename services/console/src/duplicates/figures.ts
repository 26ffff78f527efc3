import type { Language } from "../i18n/language";

/** The longest bar's bits, so that all bars of one table have one scale. */
export function widest(lines: readonly { bits: number }[]): number {
  return Math.max(1, ...lines.map(({ bits }) => Math.abs(bits)));
}

/** A bar's part of its half of the scale, in percent of the whole. */
export function share(bits: number, most: number): number {
  return Math.min(50, (Math.abs(bits) / most) * 50);
}

/** Signed, with one digit; the sign is a minus and no hyphen. */
export function bits(value: number, language: Language): string {
  const format = new Intl.NumberFormat(language, { signDisplay: "exceptZero", minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return format.format(value).replace("-", "\u2212");
}

/** A probability; what is nearly certain is never shown as certain. */
export function percent(probability: number, language: Language): string {
  const shown = probability > 0.999 ? 0.999 : probability;
  return new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: shown > 0.99 ? 1 : 0 }).format(shown);
}
