import { Skeleton, Text } from "@mantine/core";
import { useState } from "react";

import { usePlanEffect } from "../api/queries";
import { opening, type Answering } from "../api/question";
import type { Plan, PlanEffect } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { FactsDrawer } from "../map/FactsDrawer";
import type { Figure } from "../map/opened";
import { Opens } from "../map/Opens";
import { PLANNERS } from "../session/roles";
import { Refused } from "../shell/Refused";
import { Time } from "../text/Time";
import { IntervalPlot } from "./IntervalPlot";
import classes from "./Plans.module.css";
import { shown, signed } from "./units";
import { Verdicts } from "./Verdicts";

/** What came of a plan: the picture, the figures, and what they do not prove. */
export function Outcome({ plan }: { plan: Plan }) {
  const { t } = useI18n();
  const { data: effect, error, refetch } = usePlanEffect(plan);
  if (error) return <Refused error={error} needed={PLANNERS} again={() => void refetch()} />;
  if (!effect) return <Skeleton height={150} mt="md" />;
  if (effect.state !== "measured") {
    return (
      <Text mt="md" c="dimmed">
        {t(`plans.state.${effect.state}`)}
      </Text>
    );
  }
  return (
    <>
      <div className={classes.body}>
        <IntervalPlot plan={plan} effect={effect} />
        <div>
          <Verdicts effect={effect} />
          <Figures plan={plan} effect={effect} />
        </div>
      </div>
      <details className={classes.doubts}>
        <summary>{t("plans.doubts")}</summary>
        <ul>
          {effect.caveats.map((caveat) => (
            <li key={caveat}>{t(`caveat.${caveat}`)}</li>
          ))}
        </ul>
      </details>
    </>
  );
}

function Figures({ plan: { id, journey, unit }, effect }: { plan: Plan; effect: PlanEffect }) {
  const { t, language } = useI18n();
  const [figure, setFigure] = useState<Answering<Figure> | null>(null);
  const { difference, beside_others: others } = effect;
  const range = ({ low, high }: { low: number; high: number }) =>
    t("plans.range", { low: signed(low, unit, language), high: signed(high, unit, language) });
  return (
    <>
      <dl className={classes.facts}>
        {([["plans.before", "before", effect.before], ["plans.after", "after", effect.after]] as const).map(
          ([key, when, side]) =>
            side && (
              <Fact key={key} name={t(key)}>
                {side.value === null ? "–" : shown(side.value, unit, language)}{" "}
                <span className={classes.fine}>
                  <Opens
                    figure={{ title: t(key), plan: id, side: when, asOf: effect.as_of, unit }}
                    open={opening<Figure>({ question: {} }, setFigure)}
                    empty={side.facts === 0}
                  >
                    {t("plans.counted", { facts: side.facts, customers: side.customers })}
                  </Opens>{" "}
                  · <Time iso={side.since} form="date" /> –{" "}
                  <Time iso={side.until} form="date" />
                </span>
              </Fact>
            ),
        )}
        <Fact name={t("plans.change")}>
          {difference ? signed(difference.value, unit, language) : t("plans.unknown")}{" "}
          {difference && <span className={classes.fine}>{range(difference)}</span>}
        </Fact>
        {others && (
          <Fact name={t("plans.others")}>
            {signed(others.value, unit, language)} <span className={classes.fine}>{range(others)}</span>
          </Fact>
        )}
      </dl>
      <FactsDrawer journey={journey} figure={figure} onClose={() => setFigure(null)} />
    </>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd className="numbers">{children}</dd>
    </>
  );
}
