import type { ReactNode } from "react";

import type { TargetMap as Shape } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { titleIn } from "../i18n/language";
import { shown } from "../plans/units";
import { Figure } from "./Figure";
import classes from "./Map.module.css";
import type { Open } from "./opened";
import { Opens } from "./Opens";
import { StageHead } from "./StageHead";
import { Target } from "./Target";

type Stage = Shape["stages"][number];
type Aim = Stage["aims"][number];

const ASPECTS = ["emotion", "wait", "time_in_stage", "drop_off"] as const;

/** What should be, with what is and what is still to be made up below it. */
export function TargetMap({ map, open }: { map: Shape; open: Open }) {
  const { t, language } = useI18n();
  return (
    <div className={`card ${classes.scroll}`} role="region" aria-label={titleIn(language, map.title, map.journey)} tabIndex={0}>
      <table className={classes.map}>
        <thead>
          <tr>
            <td />
            {map.stages.map((stage) => (
              <th key={stage.key} scope="col">
                <StageHead stage={stage} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ASPECTS.map((aspect) => (
            <tr key={aspect}>
              <th scope="row">{t(`aspect.${aspect}`)}</th>
              {map.stages.map((stage) => (
                <td key={stage.key}>
                  <Beside stage={stage} aim={stage.aims.find((aim) => aim.aspect === aspect)} open={open} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Two bars on one scale: wanted above, found below. */
function Beside({ stage, aim, open }: { stage: Stage; aim: Aim | undefined; open: Open }) {
  const { t, language } = useI18n();
  if (!aim || (aim.wanted === null && aim.found === null)) return <span className={classes.fine}>–</span>;
  const { wanted, found, unit, side, met, gap } = aim;
  const most = Math.max(wanted ?? 0, found ?? 0) || 1;
  const bar = (value: number | null, kind: string) =>
    value !== null && <i className={classes.bar} data-kind={kind} data-met={met ?? undefined} style={{ inlineSize: `${(100 * value) / most}%` }} aria-hidden />;
  return (
    <div className="numbers">
      {wanted !== null && <strong>{t(`plans.target.${side}`, { what: shown(wanted, unit, language) })}</strong>}
      {bar(wanted, "wanted")}
      <div className={classes.fine}>
        {found === null ? (
          t("map.unknown.yet")
        ) : (
          <Found stage={stage} aim={aim} open={open}>
            {t("map.found", { what: shown(found, unit, language), n: aim.count })}
          </Found>
        )}
      </div>
      {bar(found, "found")}
      {gap !== null && met !== null && (
        <div className={classes.fine}>
          <Target text={met ? t("map.met") : t("map.gap", { what: shown(gap, unit, language) })} met={met} plain />
        </div>
      )}
    </div>
  );
}

/** What is, opening to whom it is made of: all who got as far, where it is a share of these. */
function Found({ stage, aim, open, children }: { stage: Stage; aim: Aim; open: Open; children: ReactNode }) {
  const { t, language } = useI18n();
  const { aspect } = aim;
  if (aspect !== "drop_off") {
    return (
      <Figure measure={aspect} stage={stage} open={open}>
        {children}
      </Figure>
    );
  }
  const title = t("opens.reached", { stage: titleIn(language, stage.title, stage.key) });
  return (
    <Opens figure={{ title, dropOff: "reached", stage: stage.key }} open={open} empty={aim.count === 0}>
      {children}
    </Opens>
  );
}
