import type { AlertReading, AlertUnit } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { drawn, figure } from "./alerts";
import classes from "./Alerts.module.css";

/** How the measure went, beside what is usual; read from the left in every language, as clocks in charts are. */
export function AlertPicture({ series, unit, label }: { series: readonly AlertReading[]; unit: AlertUnit; label: string }) {
  const { language } = useI18n();
  const picture = drawn(series);
  if (!picture) return null;
  return (
    <div className={classes.picture} role="img" aria-label={label} dir="ltr">
      <span className={`${classes.top} numbers`} aria-hidden>
        {figure(picture.top, unit, language)}
      </span>
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden>
        <path d={picture.band} className={classes.band} />
        <path d={picture.usual} className={classes.usual} />
        <path d={picture.line} className={classes.line} />
      </svg>
    </div>
  );
}
