import { Badge } from "@mantine/core";

import type { Key } from "../i18n/en";
import { useI18n } from "../i18n/I18n";
import classes from "./Live.module.css";
import type { Connection } from "./follow";

const LOOKS: Readonly<Record<Connection, { color: string; text: Key }>> = {
  connecting: { color: "gray", text: "conn.connecting" },
  live: { color: "teal", text: "conn.live" },
  reconnecting: { color: "orange", text: "conn.reconnecting" },
  resumed: { color: "teal", text: "conn.resumed" },
  restarted: { color: "orange", text: "conn.restarted" },
  denied: { color: "red", text: "conn.denied" },
};

export function ConnectionBadge({ connection }: { connection: Connection }) {
  const { t } = useI18n();
  const { color, text } = LOOKS[connection];
  return (
    <Badge
      role="status"
      size="lg"
      variant="light"
      color={color}
      tt="none"
      title={t("conn.hint")}
      data-connection={connection}
      leftSection={<span className={classes.pulse} data-on={color === "teal" || undefined} aria-hidden />}
    >
      {t(text)}
    </Badge>
  );
}
