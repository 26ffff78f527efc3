import { ActionIcon, Badge, Collapse, Group, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import {
  IconArrowDownLeft,
  IconArrowUpRight,
  IconArrowsExchange,
  IconChevronDown,
  IconClockPause,
  IconHeadset,
  IconStar,
  IconTag,
  IconUsersGroup,
  type TablerIcon,
} from "@tabler/icons-react";

import type { Interaction } from "../api/types";
import { happening } from "../i18n/happenings";
import { useI18n } from "../i18n/I18n";
import { ChannelIcon } from "../look/ChannelIcon";
import { Time } from "../text/Time";
import { duration } from "../text/time";
import { ItemDetails } from "./ItemDetails";
import { Sentiment } from "./Sentiment";
import classes from "./Timeline.module.css";

export function TimelineItem({ item }: { item: Interaction }) {
  const { t, language } = useI18n();
  const [open, { toggle }] = useDisclosure(false);
  const { data } = item;
  return (
    <li className={classes.item}>
      <ChannelIcon channel={data.channel} size="lg" />
      <article className={classes.body}>
        <Group gap={8} justify="space-between" wrap="nowrap" align="flex-start">
          <Group gap={8}>
            <Text fw={600} component="h4" m={0}>
              {happening(item.type, language)}
            </Text>
            <Direction direction={data.direction} />
            {data.sentiment != null && <Sentiment value={data.sentiment} />}
          </Group>
          <Group gap={4} wrap="nowrap" c="dimmed" fz="sm" className={classes.time}>
            <Time iso={item.time} form="clock" />
            <ActionIcon
              variant="subtle"
              color="gray"
              size="sm"
              onClick={toggle}
              aria-expanded={open}
              aria-label={t(open ? "timeline.hide" : "timeline.details")}
              title={t(open ? "timeline.hide" : "timeline.details")}
            >
              <IconChevronDown size={16} aria-hidden className={open ? classes.turned : undefined} />
            </ActionIcon>
          </Group>
        </Group>
        <Facts data={data} />
        {data.text && <blockquote className={`said ${classes.text ?? ""}`}>{data.text}</blockquote>}
        <Collapse expanded={open}>{open && <ItemDetails item={item} />}</Collapse>
      </article>
    </li>
  );
}

function Direction({ direction }: { direction: Interaction["data"]["direction"] }) {
  const { t } = useI18n();
  if (!direction) return null;
  const inbound = direction === "inbound";
  const Icon = inbound ? IconArrowDownLeft : IconArrowUpRight;
  const label = t(inbound ? "item.inbound" : "item.outbound");
  const color = `var(--mantine-color-${inbound ? "teal" : "blue"}-filled)`;
  return (
    <span title={label} className={classes.direction}>
      <Icon size={17} stroke={2.2} color={color} role="img" aria-label={label} />
    </span>
  );
}

function Facts({ data }: { data: Interaction["data"] }) {
  const { t, language } = useI18n();
  const { wait_seconds: wait, handle_seconds: handle, transfers } = data.measures ?? {};
  const money = data.money && moneyInWords(data.money, language);
  return (
    <Group gap="xs" className={classes.facts}>
      {data.outcome && (
        <Badge variant="light" color="gray" tt="none" fw={550}>
          {inWords(data.outcome)}
        </Badge>
      )}
      {money && (
        <Badge variant="light" color="teal" tt="none" className="numbers">
          <bdi>{money}</bdi>
        </Badge>
      )}
      {data.survey && (
        <Fact icon={IconStar} text={`${data.survey.kind.toUpperCase()} ${data.survey.score} / ${data.survey.highest}`} />
      )}
      {data.reason && <Fact icon={IconTag} text={t("item.reason", { reason: inWords(data.reason) })} />}
      {data.agent && <Fact icon={IconHeadset} text={t("item.agent", { agent: data.agent })} />}
      {data.queue && <Fact icon={IconUsersGroup} text={t("item.queue", { queue: data.queue })} />}
      {wait ? <Fact icon={IconClockPause} text={t("item.wait", { time: duration(wait, language) })} /> : null}
      {handle ? <Fact icon={IconHeadset} text={t("item.handle", { time: duration(handle, language) })} /> : null}
      {transfers ? <Fact icon={IconArrowsExchange} text={t("figures.transfers", { n: transfers })} /> : null}
    </Group>
  );
}

function Fact({ icon: Icon, text }: { icon: TablerIcon; text: string }) {
  return (
    <span className={classes.fact}>
      <Icon size={14} aria-hidden />
      <bdi>{text}</bdi>
    </span>
  );
}

function inWords(key: string): string {
  return key.replaceAll(/[._]/g, " ");
}

function moneyInWords(money: { amount: string | number; currency: string }, language: string): string {
  return new Intl.NumberFormat(language, { style: "currency", currency: money.currency }).format(Number(money.amount));
}
