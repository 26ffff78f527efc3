import { UnstyledButton } from "@mantine/core";
import type { ReactNode } from "react";

import type { MapStage, Measure } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { titleIn } from "../i18n/language";
import type { Open } from "./opened";
import classes from "./Map.module.css";

interface FigureProps {
  measure: Measure;
  stage: Pick<MapStage, "key" | "title">;
  open: Open;
  children: ReactNode;
}

/** A figure that opens to the customers behind it. */
export function Figure({ measure, stage, open, children }: FigureProps) {
  const { t, language } = useI18n();
  const title = `${t(`measure.${measure}`)} · ${titleIn(language, stage.title, stage.key)}`;
  return (
    <UnstyledButton className={classes.opens} title={t("facts.open")} onClick={() => open({ title, measure, stage: stage.key })}>
      {children}
    </UnstyledButton>
  );
}
