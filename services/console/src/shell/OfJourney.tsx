import { Skeleton } from "@mantine/core";
import { IconRoute } from "@tabler/icons-react";
import type { ReactNode } from "react";

import { useDefinitions } from "../api/queries";
import type { Definition } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { READERS } from "../session/roles";
import { Note } from "./Note";
import { Refused } from "./Refused";

interface OfJourneyProps {
  /** The key in the address; without one that is defined, the first. */
  journey: string | undefined;
  children: (chosen: Definition, all: Definition[]) => ReactNode;
}

/** A page about one journey, or why there is none to show. */
export function OfJourney({ journey, children }: OfJourneyProps) {
  const { t } = useI18n();
  const { data, error, refetch } = useDefinitions();
  if (error) return <Refused error={error} needed={READERS} again={() => void refetch()} />;
  if (!data) return <Skeleton height={420} radius="lg" mt={60} />;
  const chosen = data.items.find(({ key }) => key === journey) ?? data.items[0];
  if (!chosen) return <Note icon={IconRoute} title={t("live.none")} hint={t("live.none.hint")} />;
  return children(chosen, data.items);
}
