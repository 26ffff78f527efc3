import { UnstyledButton } from "@mantine/core";
import type { ReactNode } from "react";

import { useI18n } from "../i18n/I18n";
import type { Figure, Open } from "./opened";
import classes from "./Map.module.css";

interface OpensProps {
  figure: Figure;
  open: Open;
  /** Of nobody there is nothing to open. */
  empty?: boolean;
  className?: string | undefined;
  children: ReactNode;
}

/** A number that opens to whom it is made of; the screen reader hears what it counts. */
export function Opens({ figure, open, empty = false, className, children }: OpensProps) {
  const { t } = useI18n();
  if (empty) return <span className={className}>{children}</span>;
  return (
    <UnstyledButton
      component="button"
      type="button"
      className={`${classes.opens ?? ""} ${className ?? ""}`}
      title={t("facts.open.this", { what: figure.title })}
      onClick={() => open(figure)}
    >
      {children}
    </UnstyledButton>
  );
}
