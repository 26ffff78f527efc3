import type { MapStage } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { titleIn } from "../i18n/language";
import type { Cell, Open } from "./opened";
import { Opens } from "./Opens";

interface InteractionsProps {
  what: string;
  stage: Pick<MapStage, "key" | "title">;
  cell: Cell;
  n: number;
  open: Open;
}

/** How often something happened in a stage, opening to whom it happened. */
export function Interactions({ what, stage, cell, n, open }: InteractionsProps) {
  const { language } = useI18n();
  const title = `${what} · ${titleIn(language, stage.title, stage.key)}`;
  return (
    <Opens figure={{ title, interactions: true, stage: stage.key, cell }} open={open} empty={n === 0} className="numbers">
      {n.toLocaleString(language)}
    </Opens>
  );
}
