import { Anchor } from "@mantine/core";
import { useState } from "react";

import type { MapStage } from "../api/types";
import { happening } from "../i18n/happenings";
import { useI18n } from "../i18n/I18n";
import { ChannelIcon } from "../look/ChannelIcon";
import { isChannel } from "../look/channels";
import { Interactions } from "./Interactions";
import classes from "./Map.module.css";
import type { Open } from "./opened";

const SHOWN = 6;

type Stage = Pick<MapStage, "key" | "title">;

interface Touchpoint {
  touchpoint: string;
  channel: string | null;
  interactions: number;
}

/** What happens here, the most frequent first; what is rare is shown when asked for. */
export function Touchpoints({ touchpoints, stage, open }: { touchpoints: readonly Touchpoint[]; stage: Stage; open: Open }) {
  const { t, language } = useI18n();
  const [all, setAll] = useState(false);
  if (touchpoints.length === 0) return <span className={classes.fine}>–</span>;
  return (
    <>
      <ul className={classes.touchpoints}>
        {(all ? touchpoints : touchpoints.slice(0, SHOWN)).map(({ touchpoint, channel, interactions }) => (
          <li key={`${touchpoint} ${channel}`}>
            {channel && isChannel(channel) && <ChannelIcon channel={channel} size="sm" />}
            <span className={classes.what}>{happening(touchpoint, language)}</span>
            <Interactions what={happening(touchpoint, language)} stage={stage} cell={{ touchpoint, channel }} n={interactions} open={open} />
          </li>
        ))}
      </ul>
      {touchpoints.length > SHOWN && (
        <Anchor component="button" type="button" fz="xs" c="dimmed" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t("map.fewer") : t("map.more", { n: touchpoints.length - SHOWN })}
        </Anchor>
      )}
    </>
  );
}
