import type { MapStage, StageFigures } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { duration } from "../text/time";
import type { Open } from "./opened";
import { Figure } from "./Figure";
import classes from "./Map.module.css";
import { Target } from "./Target";

interface TimeProps {
  stage: MapStage;
  figures: StageFigures | undefined;
  open: Open;
}

export function Wait({ stage, figures, open }: TimeProps) {
  return <Mean measure="wait" stage={stage} figures={figures} open={open} most={stage.targets?.wait} />;
}

/** A stage's own expected time stands in for a target. */
export function Stay({ stage, figures, open }: TimeProps) {
  const most = stage.targets?.time_in_stage ?? stage.expected_seconds;
  return <Mean measure="time_in_stage" stage={stage} figures={figures} open={open} most={most} />;
}

type MeanProps = TimeProps & { measure: "wait" | "time_in_stage"; most: number | null | undefined };

/** The mean, and what half and nine tenths do not exceed: times have long tails. */
function Mean({ measure, stage, figures, open, most }: MeanProps) {
  const { t, language } = useI18n();
  const mean = stage[measure]?.mean;
  const { p50, p90 } = figures?.[measure] ?? {};
  return (
    <div className="numbers">
      {mean === undefined ? (
        <span className={classes.fine}>–</span>
      ) : (
        <Figure measure={measure} stage={stage} open={open}>
          <strong>{duration(mean, language)}</strong>
        </Figure>
      )}
      {p50 != null && p90 != null && (
        <div className={classes.fine}>{t("map.percentiles", { half: duration(p50, language), most: duration(p90, language) })}</div>
      )}
      {most != null && (
        <div className={classes.fine}>
          <Target text={duration(most, language)} met={mean === undefined || mean <= most} />
        </div>
      )}
    </div>
  );
}
