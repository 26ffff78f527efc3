import { Button, Center, Loader, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useIntersection } from "@mantine/hooks";
import { IconFlag, IconMoodEmpty } from "@tabler/icons-react";
import { Fragment, useEffect, useState } from "react";

import { useTimeline } from "../api/queries";
import type { Channel, Figures, Interaction } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { Note } from "../shell/Note";
import { READERS } from "../session/roles";
import { Refused } from "../shell/Refused";
import { Section } from "../shell/Section";
import { dayOf } from "../text/time";
import { ChannelFilter } from "./ChannelFilter";
import { Day } from "./Day";
import classes from "./Timeline.module.css";
import { TimelineItem } from "./TimelineItem";

interface TimelineProps {
  id: string;
  figures: Figures;
}

export function Timeline({ id, figures }: TimelineProps) {
  const { t } = useI18n();
  const [channel, setChannel] = useState<Channel | null>(null);
  const timeline = useTimeline(id, channel);
  const items = timeline.data?.pages.flatMap((page) => page.items) ?? [];
  const failed = timeline.error && items.length === 0;
  return (
    <Section
      title={t("timeline.title")}
      aside={<ChannelFilter figures={figures} channel={channel} onChoose={setChannel} />}
    >
      {failed && (
        <Refused
          error={timeline.error}
          needed={READERS}
          again={() => void timeline.refetch()}
        />
      )}
      {timeline.isPending && <Waiting />}
      {timeline.isSuccess && items.length === 0 && (
        <Note icon={IconMoodEmpty} title={t(channel ? "timeline.empty.channel" : "timeline.empty")} />
      )}
      <Items items={items} />
      {items.length > 0 && (
        <Earlier
          more={timeline.hasNextPage}
          loading={timeline.isFetchingNextPage}
          onMore={() => void timeline.fetchNextPage()}
        />
      )}
    </Section>
  );
}

function Items({ items }: { items: Interaction[] }) {
  return (
    <ol className={classes.items}>
      {items.map((item, index) => {
        const before = items[index - 1];
        const newDay = !before || dayOf(before.time) !== dayOf(item.time);
        return (
          <Fragment key={`${item.source} ${item.id}`}>
            {newDay && (
              <li className={classes.day}>
                <Title order={3} fz="sm" c="dimmed" fw={550}>
                  <Day iso={item.time} />
                </Title>
              </li>
            )}
            <TimelineItem item={item} />
          </Fragment>
        );
      })}
    </ol>
  );
}

interface EarlierProps {
  more: boolean;
  loading: boolean;
  onMore: () => void;
}

/** Loads by itself when it comes near the screen; the button is for the keyboard, and for when that failed. */
function Earlier({ more, loading, onMore }: EarlierProps) {
  const { t } = useI18n();
  const { ref, entry } = useIntersection({ rootMargin: "600px" });
  const near = entry?.isIntersecting === true;
  useEffect(() => {
    if (near && more && !loading) onMore();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once for each time that it comes near or a page ends
  }, [near, more, loading]);
  return (
    <Center ref={ref} mt="md" mih={42}>
      {loading && <Loader type="dots" size="sm" aria-label={t("timeline.loadingMore")} />}
      {!loading && more && (
        <Button variant="subtle" onClick={onMore}>
          {t("timeline.more")}
        </Button>
      )}
      {!more && (
        <Text c="dimmed" fz="sm" className={classes.end}>
          <IconFlag size={15} aria-hidden /> {t("timeline.end")}
        </Text>
      )}
    </Center>
  );
}

function Waiting() {
  return (
    <Stack gap="md">
      {[1, 2, 3, 4].map((each) => (
        <Skeleton key={each} height={76} radius="md" />
      ))}
    </Stack>
  );
}
