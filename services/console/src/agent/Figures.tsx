import { Group, Stack, Text } from "@mantine/core";

import type { Channel, ChannelFigures, Figures as FiguresShape } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { ChannelIcon } from "../look/ChannelIcon";
import { CHANNELS, isChannel } from "../look/channels";
import { Section } from "../shell/Section";
import { duration } from "../text/time";
import classes from "./Figures.module.css";

export function Figures({ figures }: { figures: FiguresShape }) {
  const { t } = useI18n();
  const channels = Object.entries(figures.channels)
    .filter((entry): entry is [Channel, ChannelFigures] => isChannel(entry[0]))
    .toSorted(([, a], [, b]) => b.interactions - a.interactions);
  const most = Math.max(1, ...channels.map(([, each]) => each.interactions));
  return (
    <Section
      title={t("figures.title")}
      aside={
        <Text fw={700} fz="xl" className="numbers">
          {figures.interactions}
        </Text>
      }
    >
      <Stack gap={10}>
        {channels.map(([channel, each]) => (
          <ChannelRow key={channel} channel={channel} figures={each} share={each.interactions / most} />
        ))}
      </Stack>
    </Section>
  );
}

function ChannelRow({ channel, figures, share }: { channel: Channel; figures: ChannelFigures; share: number }) {
  const { t, language } = useI18n();
  const { wait_seconds: wait, handle_seconds: handle, transfers } = figures;
  return (
    <div className={classes.row}>
      <ChannelIcon channel={channel} />
      <div className={classes.body}>
        <Group justify="space-between" gap={4} fz="sm">
          <span>{t(`channel.${channel}`)}</span>
          <Text component="span" fw={600} fz="sm" className="numbers" aria-label={t("figures.contacts", { n: figures.interactions })}>
            {figures.interactions}
          </Text>
        </Group>
        <div className={classes.track} aria-hidden>
          <div
            className={classes.bar}
            style={{ inlineSize: `${share * 100}%`, background: `var(--mantine-color-${CHANNELS[channel].color}-filled)` }}
          />
        </div>
        <Group gap="sm" fz="xs" c="dimmed" className="numbers">
          {wait ? <span>{`${t("figures.wait")} ${duration(wait, language)}`}</span> : null}
          {handle ? <span>{`${t("figures.handle")} ${duration(handle, language)}`}</span> : null}
          {transfers ? <span>{t("figures.transfers", { n: transfers })}</span> : null}
        </Group>
      </div>
    </div>
  );
}
