import type { ReactNode } from "react";

import type { MapStage, Measure } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { titleIn } from "../i18n/language";
import type { Cell, Open } from "./opened";
import { Opens } from "./Opens";

interface FigureProps {
  measure: Measure;
  stage: Pick<MapStage, "key" | "title">;
  cell?: Cell;
  open: Open;
  className?: string | undefined;
  children: ReactNode;
}

/** A figure that opens to the customers behind it. */
export function Figure({ measure, stage, cell = {}, open, className, children }: FigureProps) {
  const { t, language } = useI18n();
  const title = `${t(`measure.${measure}`)} · ${titleIn(language, stage.title, stage.key)}`;
  return (
    <Opens figure={{ title, measure, stage: stage.key, cell }} open={open} className={className}>
      {children}
    </Opens>
  );
}
