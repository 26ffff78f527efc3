import { ThemeIcon, type MantineSize } from "@mantine/core";

import type { Channel } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { CHANNELS } from "./channels";

export function ChannelIcon({ channel, size = "md" }: { channel: Channel; size?: MantineSize }) {
  const { t } = useI18n();
  const { icon: Icon, color } = CHANNELS[channel];
  return (
    <ThemeIcon variant="light" color={color} size={size} radius="xl" role="img" aria-label={t(`channel.${channel}`)}>
      <Icon size="62%" stroke={1.8} aria-hidden />
    </ThemeIcon>
  );
}
