import { Text } from "@mantine/core";
import { IconStarFilled } from "@tabler/icons-react";

import type { MapStage } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { titleIn } from "../i18n/language";
import classes from "./Map.module.css";

const HIGHEST = 5;

export function StageHead({ stage }: { stage: MapStage }) {
  const { t, language } = useI18n();
  const importance = t("map.importance", { n: stage.importance, of: HIGHEST });
  return (
    <>
      <span className={classes.stage}>
        {titleIn(language, stage.title, stage.key)}
        {stage.moment_of_truth && (
          <span role="img" aria-label={t("map.truth")} title={t("map.truth")} className={classes.truth}>
            <IconStarFilled size={14} aria-hidden />
          </span>
        )}
      </span>
      <span role="img" aria-label={importance} title={importance} className={classes.importance}>
        {Array.from({ length: HIGHEST }, (_, place) => (
          <i key={place} data-on={place < stage.importance || undefined} />
        ))}
      </span>
      {stage.goal && (
        <Text fz="xs" c="dimmed" fw={400} className="said">
          {stage.goal}
        </Text>
      )}
    </>
  );
}
