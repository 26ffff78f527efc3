import type { CSSProperties } from "react";

import type { Plan, PlanEffect } from "../api/types";
import { useI18n } from "../i18n/I18n";
import classes from "./Plans.module.css";
import { scaleOf, type Scale } from "./scale";
import { shown } from "./units";

type Side = NonNullable<PlanEffect["before"]>;

const inline = (share: number): CSSProperties => ({ insetInlineStart: `${100 * share}%` });

/** Before and since then, each a point with its interval, and the target across both; it grows in the order of reading. */
export function IntervalPlot({ plan, effect }: { plan: Plan; effect: PlanEffect }) {
  const { t, language } = useI18n();
  const { before, after } = effect;
  const target = plan.target.at_least ?? plan.target.at_most ?? 0;
  if (!before || !after) return null;
  const scale = scaleOf(effect, target);
  const text = (value: number | null) => (value === null ? t("plans.unknown") : shown(value, plan.unit, language));
  const label = t("plans.picture", { before: text(before.value), after: text(after.value), target: text(target) });
  return (
    <div className={classes.plot} role="img" aria-label={label}>
      <Line name={t("plans.before")} side={before} scale={scale} text={text} />
      <Line name={t("plans.after")} side={after} scale={scale} text={text} now />
      <div className={classes.axis}>
        <span className={classes.name} />
        <div className={classes.track}>
          <i className={classes.target} style={inline(scale.at(target))} />
          <span className={classes.wanted} style={inline(scale.at(target))}>
            {t(plan.target.at_least == null ? "plans.target.at_most" : "plans.target.at_least", { what: text(target) })}
          </span>
        </div>
      </div>
    </div>
  );
}

interface LineProps {
  name: string;
  side: Side;
  scale: Scale;
  text: (value: number | null) => string;
  now?: boolean;
}

function Line({ name, side: { value, low, high }, scale, text, now }: LineProps) {
  return (
    <div className={classes.line} data-now={now}>
      <span className={classes.name}>{name}</span>
      <div className={classes.track}>
        {low !== null && high !== null && (
          <i className={classes.interval} style={{ ...inline(scale.at(low)), inlineSize: `${100 * (scale.at(high) - scale.at(low))}%` }} />
        )}
        {value === null ? (
          <span className={classes.empty}>{text(null)}</span>
        ) : (
          <>
            <i className={classes.point} style={inline(scale.at(value))} />
            <span className={`${classes.value} numbers`} style={inline(scale.at(value))}>
              {text(value)}
            </span>
          </>
        )}
      </div>
    </div>
  );
}
