import type { MapStage } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { duration } from "../text/time";
import classes from "./Map.module.css";
import { Target } from "./Target";

export function Wait({ stage }: { stage: MapStage }) {
  return <Mean mean={stage.wait?.mean} most={stage.targets?.wait} />;
}

/** A stage's own expected time stands in for a target. */
export function Stay({ stage }: { stage: MapStage }) {
  return <Mean mean={stage.time_in_stage?.mean} most={stage.targets?.time_in_stage ?? stage.expected_seconds} />;
}

function Mean({ mean, most }: { mean: number | undefined; most: number | null | undefined }) {
  const { language } = useI18n();
  return (
    <div className="numbers">
      {mean === undefined ? <span className={classes.fine}>–</span> : <strong>{duration(mean, language)}</strong>}
      {most != null && (
        <div className={classes.fine}>
          <Target text={duration(most, language)} met={mean === undefined || mean <= most} />
        </div>
      )}
    </div>
  );
}
