import { Group, Stack, Text } from "@mantine/core";
import { IconDoorExit, IconUsers } from "@tabler/icons-react";

import type { Funnel as FunnelShape } from "../api/types";
import { useI18n } from "../i18n/I18n";
import type { Figure, FunnelCount, Open } from "../map/opened";
import { Opens } from "../map/Opens";
import classes from "./Live.module.css";
import type { Titles } from "./titles";

/** How far customers got: one bar for each stage, as long as the share that reached it. */
export function Funnel({ funnel, titles, open }: { funnel: FunnelShape; titles: Titles; open: Open }) {
  const { t, language } = useI18n();
  const figure = (count: FunnelCount, stage: string): Figure => ({
    title: t(`opens.${count}`, { stage: titles.of(stage) }),
    funnel: count,
    stage,
  });
  const most = Math.max(1, ...funnel.stages.map(({ reached }) => reached));
  return (
    <Stack gap={12} component="ol" m={0} p={0} style={{ listStyle: "none" }}>
      {funnel.stages.map(({ stage, reached, now, left }, index) => (
        <li key={stage}>
          <Group justify="space-between" gap={6} fz="sm">
            <Text fw={550} fz="sm">
              {titles.of(stage)}
            </Text>
            <span className="numbers">
              <Opens figure={figure("reached", stage)} open={open} empty={reached === 0}>
                <strong>{reached.toLocaleString(language)}</strong>
              </Opens>{" "}
              <Text span c="dimmed" fz="xs">
                {Math.round((100 * reached) / most)}%
              </Text>
            </span>
          </Group>
          <div className={classes.track} aria-hidden>
            <div
              className={classes.bar}
              style={{ inlineSize: `${(100 * reached) / most}%`, opacity: 1 - (0.5 * index) / funnel.stages.length }}
            />
          </div>
          <Group gap="md" fz="xs" c="dimmed" className="numbers">
            <span className={classes.fact}>
              <IconUsers size={13} aria-hidden />{" "}
              <Opens figure={figure("now", stage)} open={open} empty={now === 0}>
                {now.toLocaleString(language)} {t("live.funnel.now")}
              </Opens>
            </span>
            <span className={classes.fact}>
              <IconDoorExit size={13} aria-hidden />{" "}
              <Opens figure={figure("left", stage)} open={open} empty={left === 0}>
                {left.toLocaleString(language)} {t("live.funnel.left")}
              </Opens>
            </span>
          </Group>
        </li>
      ))}
    </Stack>
  );
}
