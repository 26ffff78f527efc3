import type { MapStage } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { titleIn } from "../i18n/language";
import classes from "./Map.module.css";

/** What hurts here, the worst first; the bar is the score beside the worst of the stage. */
export function Pains({ stage: { pain_points: pains } }: { stage: MapStage }) {
  const { t, language } = useI18n();
  const worst = pains[0]?.score ?? 1;
  if (pains.length === 0) return <span className={classes.fine}>–</span>;
  return (
    <ul className={classes.pains}>
      {pains.map(({ key, title, times, customers, score }) => (
        <li key={key} title={t("map.pain.hint", { times, customers })}>
          <span className={classes.what}>{titleIn(language, title, key)}</span>
          <span className="numbers">{t("map.pain.times", { n: times.toLocaleString(language) })}</span>
          <i style={{ inlineSize: `${(100 * score) / worst}%` }} aria-hidden />
        </li>
      ))}
    </ul>
  );
}
