import { Chip, Group } from "@mantine/core";

import type { Channel, Figures } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { CHANNELS, isChannel } from "../look/channels";
import classes from "./Timeline.module.css";

interface ChannelFilterProps {
  figures: Figures;
  channel: Channel | null;
  onChoose: (channel: Channel | null) => void;
}

/** Offers the channels that this customer was ever on. */
export function ChannelFilter({ figures, channel, onChoose }: ChannelFilterProps) {
  const { t } = useI18n();
  const channels = Object.keys(figures.channels).filter(isChannel);
  return (
    <Chip.Group value={channel ?? ""} onChange={(value) => onChoose(isChannel(value) ? value : null)}>
      <Group gap={6} role="radiogroup" aria-label={t("timeline.filter")}>
        <Chip value="" size="sm" variant="light" classNames={{ iconWrapper: classes.noIcon, label: classes.chip }}>
          {t("timeline.all")}
        </Chip>
        {channels.map((each) => {
          const { icon: Icon, color } = CHANNELS[each];
          return (
            <Chip
              key={each}
              value={each}
              size="sm"
              variant="light"
              color={color}
              classNames={{ iconWrapper: classes.noIcon, label: classes.chip }}
            >
              <Icon size={15} aria-hidden style={{ verticalAlign: "-2px", marginInlineEnd: 5 }} />
              {t(`channel.${each}`)}
            </Chip>
          );
        })}
      </Group>
    </Chip.Group>
  );
}
