import { Text } from "@mantine/core";
import { IconStarFilled } from "@tabler/icons-react";

import { useI18n } from "../i18n/I18n";
import { titleIn } from "../i18n/language";
import classes from "./Map.module.css";

const HIGHEST = 5;

interface StageHeadProps {
  stage: { key: string; title: Record<string, string>; moment_of_truth: boolean; importance?: number; goal?: string | null };
}

export function StageHead({ stage }: StageHeadProps) {
  const { t, language } = useI18n();
  const { importance = 0 } = stage;
  const important = t("map.importance", { n: importance, of: HIGHEST });
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
      {importance > 0 && (
        <span role="img" aria-label={important} title={important} className={classes.importance}>
          {Array.from({ length: HIGHEST }, (_, place) => (
            <i key={place} data-on={place < importance || undefined} />
          ))}
        </span>
      )}
      {stage.goal && (
        <Text fz="xs" c="dimmed" fw={400} className="said">
          {stage.goal}
        </Text>
      )}
    </>
  );
}
