import { Badge, Center, Group, Text } from "@mantine/core";
import { IconArrowRight, IconClockExclamation, IconPencil } from "@tabler/icons-react";
import { Link } from "wouter";

import { useI18n } from "../i18n/I18n";
import { ChannelIcon } from "../look/ChannelIcon";
import { Time } from "../text/Time";
import classes from "./Live.module.css";
import type { Titles } from "./titles";
import { travels, type Moved } from "./transition";

export function Ticker({ moves, titles }: { moves: Moved[]; titles: Titles }) {
  const { t } = useI18n();
  if (moves.length === 0) {
    return (
      <Center h={300} c="dimmed" ta="center">
        {t("live.ticker.empty")}
      </Center>
    );
  }
  return (
    <ol className={classes.ticker}>
      {moves.map((moved) => (
        <Move key={moved.id} moved={moved} titles={titles} />
      ))}
    </ol>
  );
}

function Move({ moved, titles }: { moved: Moved; titles: Titles }) {
  return (
    <li className={classes.move}>
      {moved.channel ? <ChannelIcon channel={moved.channel} /> : <span className={classes.noChannel} />}
      <div className={classes.moveBody}>
        <Text fz="sm" className={moved.retracted ? classes.struck : undefined}>
          {travels(moved) ? <Way moved={moved} titles={titles} /> : <strong>{titles.of(moved.from ?? "")}</strong>}
        </Text>
        <Group gap={8} fz="xs" c="dimmed">
          <Time iso={moved.at} form="relative" />
          <Link href={`/agent/${moved.profile_id}`} className={classes.who}>
            {moved.profile_id.slice(-8)}
          </Link>
          <Lapsed moved={moved} />
          <Correction moved={moved} />
        </Group>
      </div>
    </li>
  );
}

function Way({ moved, titles }: { moved: Moved; titles: Titles }) {
  return (
    <>
      <span className={classes.from}>{moved.from ? titles.of(moved.from) : titles.start}</span>{" "}
      <IconArrowRight size={14} aria-label="→" className={classes.arrow} />{" "}
      <strong>{moved.to ? titles.of(moved.to) : titles.end}</strong>
    </>
  );
}

const LAPSED = { overdue: "red", stalled: "yellow", abandoned: "gray" } as const;

function Lapsed({ moved: { lapse } }: { moved: Moved }) {
  const { t } = useI18n();
  if (lapse === null || lapse === "untold") return null;
  return (
    <Badge
      size="sm"
      variant="light"
      color={LAPSED[lapse]}
      tt="none"
      title={t(`live.${lapse}.hint`)}
      leftSection={<IconClockExclamation size={11} aria-hidden />}
    >
      {t(`live.${lapse}`)}
    </Badge>
  );
}

function Correction({ moved }: { moved: Moved }) {
  const { t } = useI18n();
  if (!moved.corrects && !moved.retracted) return null;
  return (
    <Badge
      size="sm"
      variant="light"
      color="orange"
      tt="none"
      title={t("live.correction.hint")}
      leftSection={<IconPencil size={11} aria-hidden />}
    >
      {t(moved.retracted ? "live.retracted" : "live.correction")}
    </Badge>
  );
}
