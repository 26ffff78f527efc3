import { IconClockHour4, IconHeadset, IconServer2 } from "@tabler/icons-react";
import type { ReactNode } from "react";

import type { Blueprint as Shape } from "../api/types";
import { useI18n } from "../i18n/I18n";
import type { Key } from "../i18n/en";
import { titleIn } from "../i18n/language";
import { duration } from "../text/time";
import classes from "./Map.module.css";
import { StageHead } from "./StageHead";
import { Touchpoints } from "./Touchpoints";

type Stage = Shape["stages"][number];

const LANES: readonly { key: Key; line?: Key; cell: (stage: Stage) => ReactNode }[] = [
  { key: "blueprint.customer", cell: (stage) => <Touchpoints touchpoints={stage.customer} /> },
  { key: "blueprint.front", line: "blueprint.interaction", cell: (stage) => <Front stage={stage} /> },
  { key: "blueprint.back", line: "blueprint.visibility", cell: (stage) => <Back stage={stage} /> },
  { key: "blueprint.systems", line: "blueprint.internal", cell: (stage) => <Systems stage={stage} /> },
];

/** Lanes from the customer down to the systems, with the three lines that part them. */
export function Blueprint({ map }: { map: Shape }) {
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
        {LANES.map(({ key, line, cell }) => (
          <tbody key={key}>
            {line && (
              <tr className={classes.parting}>
                <td colSpan={map.stages.length + 1}>{t(line)}</td>
              </tr>
            )}
            <tr>
              <th scope="row">{t(key)}</th>
              {map.stages.map((stage) => (
                <td key={stage.key}>{cell(stage)}</td>
              ))}
            </tr>
          </tbody>
        ))}
      </table>
    </div>
  );
}

/** Who serves customers face to face, and what we send them. */
function Front({ stage: { served, front_stage: told } }: { stage: Stage }) {
  const { t, language } = useI18n();
  const serving = served.filter(({ handle }) => handle);
  return (
    <>
      {serving.map(({ queue, handle, transfers }) => (
        <div key={queue} className={classes.backstage}>
          <IconHeadset size={15} aria-label={t("map.agents")} />
          <span className="whole">
            <bdi>{queue ?? t("map.agents")}</bdi> · {t("blueprint.served", { n: handle?.count ?? 0, time: duration(handle?.mean ?? 0, language) })}
            {transfers !== null && transfers.mean > 0 && ` · ${t("blueprint.transfers", { n: Math.round(transfers.mean * transfers.count) })}`}
          </span>
        </div>
      ))}
      {(told.length > 0 || serving.length === 0) && <Touchpoints touchpoints={told} />}
    </>
  );
}

/** Where customers queue, and what happens without their seeing it. */
function Back({ stage: { served, back_stage: done } }: { stage: Stage }) {
  const { t, language } = useI18n();
  const waiting = served.filter(({ wait }) => wait);
  return (
    <>
      {waiting.map(({ queue, wait }) => (
        <div key={queue} className={classes.backstage}>
          <IconClockHour4 size={15} aria-label={t("map.wait")} />
          <span className="whole">
            <bdi>{queue ?? t("blueprint.queue")}</bdi> · {t("blueprint.waited", { n: wait?.count ?? 0, time: duration(wait?.mean ?? 0, language) })}
          </span>
        </div>
      ))}
      {(done.length > 0 || waiting.length === 0) && <Touchpoints touchpoints={done} />}
    </>
  );
}

function Systems({ stage: { systems } }: { stage: Stage }) {
  const { t, language } = useI18n();
  if (systems.length === 0) return <span className={classes.fine}>–</span>;
  return systems.map(({ system, interactions }) => (
    <div key={system} className={classes.backstage}>
      <IconServer2 size={15} aria-label={t("map.systems")} />
      <span className={`whole ${classes.what ?? ""}`}>
        <bdi>{system}</bdi>
      </span>
      <span className="numbers">{interactions.toLocaleString(language)}</span>
    </div>
  ));
}
