import { ActionIcon, UnstyledButton } from "@mantine/core";
import { IconSeedling } from "@tabler/icons-react";

import type { MapStage } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { titleIn } from "../i18n/language";
import type { Open } from "./opened";
import classes from "./Map.module.css";

export type Act = (pain: string, stage: string) => void;

/** What hurts here, the worst first; the bar is the score beside the worst of the stage. */
export function Pains({ stage: { pain_points: pains }, act, open }: { stage: MapStage; act: Act | null; open: Open }) {
  const { t, language } = useI18n();
  const worst = pains[0]?.score ?? 1;
  if (pains.length === 0) return <span className={classes.fine}>–</span>;
  return (
    <ul className={classes.pains}>
      {pains.map(({ key, title, stage, times, customers, score }) => (
        <li key={key} title={t("map.pain.hint", { times, customers })}>
          <UnstyledButton
            className={`${classes.what ?? ""} ${classes.opens ?? ""}`}
            onClick={() => open({ title: titleIn(language, title, key), pain: key, stage })}
          >
            <span>{titleIn(language, title, key)}</span> <span className="numbers">{t("map.pain.times", { n: times.toLocaleString(language) })}</span>
          </UnstyledButton>
          {act && (
            <ActionIcon
              variant="subtle"
              size="sm"
              title={t("plans.pain")}
              aria-label={t("plans.pain.this", { what: titleIn(language, title, key) })}
              onClick={() => act(key, stage)}
            >
              <IconSeedling size={15} aria-hidden />
            </ActionIcon>
          )}
          <i style={{ inlineSize: `${(100 * score) / worst}%` }} aria-hidden />
        </li>
      ))}
    </ul>
  );
}
