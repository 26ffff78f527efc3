import { Anchor, Badge, Group, Select, Text } from "@mantine/core";
import { IconBolt, IconHeadset } from "@tabler/icons-react";
import { Link, useLocation } from "wouter";

import type { CustomerMap as Shape } from "../api/types";
import { happening } from "../i18n/happenings";
import { useI18n } from "../i18n/I18n";
import { titleIn } from "../i18n/language";
import { ChannelIcon } from "../look/ChannelIcon";
import { isChannel } from "../look/channels";
import { duration } from "../text/time";
import { Time } from "../text/Time";
import { segments } from "./curve";
import { Emotion } from "./Emotion";
import { wayPath } from "./kinds";
import classes from "./Map.module.css";
import { stretches } from "./stretches";

type Encounter = Shape["encounters"][number];

/** One customer's way: a column for each touchpoint in the order of time, under the stages it led through. */
export function CustomerMap({ map }: { map: Shape }) {
  const { t, language } = useI18n();
  const { encounters, stages } = map;
  const title = (key: string) => titleIn(language, stages.find((stage) => stage.key === key)?.title, key);
  const curve = segments(encounters.map(({ emotion }) => emotion));
  const rows = [
    { key: "way.what", cell: (one: Encounter) => <What one={one} /> },
    { key: "map.wait", cell: (one: Encounter) => (one.wait ? <strong>{duration(one.wait, language)}</strong> : "–") },
    { key: "map.pains", cell: (one: Encounter) => <Hurt one={one} /> },
  ] as const;
  return (
    <div className={`card ${classes.scroll}`} role="region" aria-label={titleIn(language, map.title, map.journey)} tabIndex={0}>
      <Group gap="sm" mb="sm">
        <Anchor component={Link} href={`/agent/${map.profile_id}`}>
          {t("way.customer")}
        </Anchor>
        <WhichJourney map={map} />
        <Text fz="sm" c="dimmed">
          <Time iso={map.opened_at} form="date" />
          {map.closed_at && (
            <>
              {" – "}
              <Time iso={map.closed_at} form="date" />
            </>
          )}
        </Text>
        {map.more && <Badge variant="light" tt="none">{t("way.more", { n: encounters.length })}</Badge>}
      </Group>
      <table className={`${classes.map ?? ""} ${classes.way ?? ""}`} style={{ minInlineSize: 110 + 150 * encounters.length }}>
        <thead>
          <tr>
            <th scope="row">{t("plans.stage")}</th>
            {stretches(encounters.map(({ stage }) => stage)).map(({ value, from, length }) => (
              <th key={from} scope="colgroup" colSpan={length} className={classes.stretch}>
                {title(value)}
              </th>
            ))}
          </tr>
          <tr>
            <th scope="row">{t("way.when")}</th>
            {encounters.map((one) => (
              <th key={one.interaction} scope="col" className={classes.fine}>
                <Time iso={one.at} />
                {one.apart_seconds !== null && <div>{t("way.later", { time: duration(one.apart_seconds, language) })}</div>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr className={classes.curve}>
            <th scope="row">{t("map.emotion")}</th>
            {encounters.map((one, place) => (
              <td key={one.interaction}>
                <Emotion segment={curve[place] ?? null} words={1} target={null} />
              </td>
            ))}
          </tr>
          {rows.map(({ key, cell }) => (
            <tr key={key}>
              <th scope="row">{t(key)}</th>
              {encounters.map((one) => (
                <td key={one.interaction}>{cell(one)}</td>
              ))}
            </tr>
          ))}
          <tr className={classes.behind}>
            <th scope="row">{t("map.behind")}</th>
            {encounters.map((one) => (
              <td key={one.interaction}>
                <Who one={one} />
              </td>
            ))}
          </tr>
        </tbody>
      </table>
    </div>
  );
}

/** Whoever came back has several; the latest stands last. */
function WhichJourney({ map: { journey, profile_id, number, numbers } }: { map: Shape }) {
  const { t } = useI18n();
  const [, navigate] = useLocation();
  const named = (each: number) => t("way.number", { number: each, of: numbers.length });
  if (numbers.length < 2) return <Text fz="sm">{named(number)}</Text>;
  return (
    <Select
      aria-label={t("way.choose")}
      w={180}
      size="xs"
      allowDeselect={false}
      data={numbers.map((each) => ({ value: String(each), label: named(each) }))}
      value={String(number)}
      onChange={(each) => each && navigate(wayPath(journey, profile_id, Number(each)))}
    />
  );
}

function What({ one: { channel, touchpoint } }: { one: Encounter }) {
  const { language } = useI18n();
  return (
    <Group gap={7} wrap="nowrap" fz="sm">
      {channel && isChannel(channel) && <ChannelIcon channel={channel} size="sm" />}
      <span className={classes.what}>{happening(touchpoint, language)}</span>
    </Group>
  );
}

function Hurt({ one: { pain_points: pains } }: { one: Encounter }) {
  const { language } = useI18n();
  if (pains.length === 0) return <span className={classes.fine}>–</span>;
  return pains.map(({ key, title }) => (
    <Badge key={key} variant="light" color="red" tt="none" fw={500} leftSection={<IconBolt size={13} aria-hidden />}>
      {titleIn(language, title, key)}
    </Badge>
  ));
}

function Who({ one: { queue, agent, handle } }: { one: Encounter }) {
  const { t, language } = useI18n();
  const told = [agent, queue, handle === null ? null : duration(handle, language)].filter((part) => part !== null);
  if (told.length === 0) return <span className={classes.fine}>–</span>;
  return (
    <div className={classes.backstage}>
      <IconHeadset size={15} aria-label={t("map.agents")} />
      <span className="whole">
        {told.map((part, place) => (
          <span key={part}>
            {place > 0 && " · "}
            <bdi>{part}</bdi>
          </span>
        ))}
      </span>
    </div>
  );
}
