import { Badge } from "@mantine/core";
import { IconBan, IconCircleCheck, IconHelpCircle } from "@tabler/icons-react";

import { useI18n } from "../i18n/I18n";
import type { State } from "./consents";

const LOOKS = {
  granted: { icon: IconCircleCheck, color: "teal" },
  refused: { icon: IconBan, color: "red" },
  unknown: { icon: IconHelpCircle, color: "gray" },
} as const;

/** Allowed, refused or not known: told by its word, its icon and its colour. */
export function ConsentState({ state }: { state: State }) {
  const { t } = useI18n();
  const { icon: Icon, color } = LOOKS[state];
  return (
    <Badge
      variant="light"
      color={color}
      tt="none"
      fw={600}
      leftSection={<Icon size={14} aria-hidden />}
      title={t(`consents.${state}.hint`)}
      style={{ flexShrink: 0 }}
      data-state={state}
    >
      {t(`consents.${state}`)}
    </Badge>
  );
}
