import { useI18n } from "../i18n/I18n";
import type { MapStage } from "../api/types";
import { path, type Segment } from "./curve";
import { Figure } from "./Figure";
import classes from "./Map.module.css";
import type { Open } from "./opened";
import { percent } from "./percent";

const LOW = 0.3;

interface EmotionProps {
  segment: Segment | null;
  words: number;
  target: number | null;
  /** Of whom it opens to; one customer's own does not. */
  stage?: Pick<MapStage, "key" | "title">;
  open?: Open;
}

/** One stage of the curve; the box is mirrored where the page reads from the right. */
export function Emotion({ segment, words, target, stage, open }: EmotionProps) {
  const { t, language } = useI18n();
  return (
    <div className={classes.box}>
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden>
        {segment && <line x1="0" x2="100" y1="50" y2="50" className={classes.middle} />}
        {target !== null && <line x1="0" x2="100" y1={100 * (1 - target)} y2={100 * (1 - target)} className={classes.target} />}
        {segment && <path d={path(segment)} />}
      </svg>
      {segment ? (
        <>
          <span className={classes.dot} style={{ insetBlockStart: `${100 * (1 - segment.at)}%` }} data-mood={mood(segment.at)} />
          <span
            className={`${classes.mean} numbers`}
            data-low={segment.at < LOW || undefined}
            style={{ insetBlockStart: `${100 * (1 - segment.at)}%` }}
            title={t("map.words", { n: words })}
          >
            {stage && open ? (
              <Figure measure="emotion" stage={stage} open={open}>
                {percent(segment.at, language)}
              </Figure>
            ) : (
              percent(segment.at, language)
            )}
          </span>
        </>
      ) : (
        <span className={classes.unknown}>{t("map.unknown")}</span>
      )}
      {target !== null && <span className={classes.wanted}>{t("map.target", { what: percent(target, language) })}</span>}
    </div>
  );
}

function mood(at: number): "good" | "fair" | "bad" {
  if (at >= 0.6) return "good";
  return at >= 0.4 ? "fair" : "bad";
}
