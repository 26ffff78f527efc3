import type { AlertReading, AlertUnit } from "../api/types";
import type { Language } from "../i18n/language";
import { percent } from "../map/percent";
import { duration } from "../text/time";

/** A figure of an alert's measure in words. */
export function figure(value: number, unit: AlertUnit, language: Language): string {
  if (unit === "share") return percent(value, language);
  if (unit === "seconds") return duration(value, language);
  return value.toLocaleString(language, { maximumFractionDigits: unit === "customers" ? 1 : 2 });
}

/** The measure and its usual band as SVG paths in a box of 100 by 100; `top` is the value at the upper edge. */
export interface Drawn {
  line: string;
  usual: string;
  band: string;
  top: number;
}

/** Nothing can be drawn of fewer than two readings. */
export function drawn(series: readonly AlertReading[]): Drawn | null {
  if (series.length < 2) return null;
  const times = series.map(({ at }) => Date.parse(at));
  const [first, last] = [times[0] ?? 0, times[times.length - 1] ?? 0];
  const top = Math.max(...series.map(({ value, high }) => Math.max(value, high))) || 1;
  const x = (place: number) => round((100 * ((times[place] ?? first) - first)) / (last - first || 1));
  const y = (value: number) => round(100 * (1 - value / top));
  const way = (of: (reading: AlertReading) => number) =>
    series.map((reading, place) => `${place === 0 ? "M" : "L"}${x(place)} ${y(of(reading))}`).join(" ");
  const below = series.map(({ low }, place) => `L${x(place)} ${y(low)}`).reverse();
  return {
    line: way(({ value }) => value),
    usual: way(({ usual }) => usual),
    band: `${way(({ high }) => high)} ${below.join(" ")} Z`,
    top,
  };
}

function round(length: number): number {
  return Math.round(10 * length) / 10;
}
