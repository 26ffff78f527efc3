import { Badge } from "@mantine/core";
import { IconKeyboard, IconShieldCheck } from "@tabler/icons-react";

import { useI18n } from "../i18n/I18n";

/** Whether a system vouches for something, or somebody merely typed it. */
export function Assurance({ assurance }: { assurance: string }) {
  const { t } = useI18n();
  const verified = assurance === "verified";
  const Icon = verified ? IconShieldCheck : IconKeyboard;
  const state = verified ? "assurance.verified" : "assurance.claimed";
  return (
    <Badge
      variant="light"
      color={verified ? "teal" : "yellow"}
      tt="none"
      fw={500}
      leftSection={<Icon size={13} aria-hidden />}
      title={t(`${state}.hint`)}
      style={{ flexShrink: 0 }}
    >
      {t(state)}
    </Badge>
  );
}
