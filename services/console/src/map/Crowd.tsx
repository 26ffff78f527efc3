import type { MapStage } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { titleIn } from "../i18n/language";
import classes from "./Map.module.css";
import type { Open } from "./opened";
import { Opens } from "./Opens";
import { percent } from "./percent";
import { Target } from "./Target";

/** How many came, how many are here now, and how many got no further. */
export function Crowd({ stage, open }: { stage: MapStage; open: Open }) {
  const { t, language } = useI18n();
  const name = titleIn(language, stage.title, stage.key);
  const { drop_off: dropped, targets } = stage;
  return (
    <div className="numbers">
      <Opens figure={{ title: t("opens.entered", { stage: name }), funnel: "entered", stage: stage.key }} open={open} empty={stage.entered === 0}>
        <strong className={classes.big}>{stage.entered.toLocaleString(language)}</strong>
      </Opens>
      <div className={classes.fine}>
        <Opens figure={{ title: t("opens.now", { stage: name }), funnel: "now", stage: stage.key }} open={open} empty={stage.now === 0}>
          {t("map.here", { n: stage.now.toLocaleString(language) })}
        </Opens>
      </div>
      {dropped !== null && (
        <div className={classes.fine}>
          <Opens figure={{ title: t("opens.abandoned", { stage: name }), dropOff: "abandoned", stage: stage.key }} open={open} empty={dropped === 0}>
            {t("map.dropped", { share: percent(dropped, language) })}
          </Opens>
          {targets?.drop_off != null && <Target text={percent(targets.drop_off, language)} met={dropped <= targets.drop_off} />}
        </div>
      )}
    </div>
  );
}
