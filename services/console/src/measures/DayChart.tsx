import type { Measure } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { UNITS } from "../plans/subject";
import { shown } from "../plans/units";
import { Time } from "../text/Time";
import type { NamedRow } from "./FigureTable";
import { barsOf } from "./groups";
import classes from "./Measures.module.css";

/** The means of days as columns, each in its place in time; read from the left in every language, as clocks in charts are. */
export function DayChart({ rows, measure }: { rows: readonly NamedRow[]; measure: Measure }) {
  const { t, language } = useI18n();
  const days = rows.filter(({ group }) => group !== null);
  const means = days.map(({ figure }) => figure.mean);
  const bars = barsOf(means);
  const [first, last] = [days[0]?.group, days.at(-1)?.group];
  if (first == null || last == null || days.length < 2) return null;
  const at = (day: string | null) => (Date.parse(day ?? first) - Date.parse(first)) / 86_400_000;
  const width = 100 / (at(last) + 1);
  const text = (value: number) => shown(value, UNITS[measure], language);
  const label = t("measures.picture", { measure: t(`measure.${measure}`), low: text(Math.min(...means)), high: text(Math.max(...means)) });
  return (
    <figure className={classes.days} role="img" aria-label={label} dir="ltr">
      <div className={`${classes.top ?? ""} numbers`}>{text(Math.max(0, ...means))}</div>
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden>
        {days.map(({ group, figure }, place) => {
          const { start, size } = bars[place] ?? { start: 0, size: 0 };
          return (
            <rect
              key={group}
              x={at(group) * width + width * 0.1}
              width={width * 0.8}
              y={100 - start - size}
              height={size}
              data-below={figure.mean < 0 || undefined}
            />
          );
        })}
      </svg>
      <div className={classes.ends}>
        <Time iso={`${first}T12:00:00Z`} form="date" />
        <Time iso={`${last}T12:00:00Z`} form="date" />
      </div>
    </figure>
  );
}
