import type { MapStage } from "../api/types";
import { useI18n } from "../i18n/I18n";
import classes from "./Map.module.css";
import { percent } from "./percent";
import { Target } from "./Target";

/** How many came, how many are here now, and how many got no further. */
export function Crowd({ stage }: { stage: MapStage }) {
  const { t, language } = useI18n();
  const { drop_off: dropped, targets } = stage;
  return (
    <div className="numbers">
      <strong className={classes.big}>{stage.entered.toLocaleString(language)}</strong>
      <div className={classes.fine}>{t("map.here", { n: stage.now.toLocaleString(language) })}</div>
      {dropped !== null && (
        <div className={classes.fine}>
          {t("map.dropped", { share: percent(dropped, language) })}
          {targets?.drop_off != null && <Target text={percent(targets.drop_off, language)} met={dropped <= targets.drop_off} />}
        </div>
      )}
    </div>
  );
}
