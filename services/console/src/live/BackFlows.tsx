import { Badge, Group, Text } from "@mantine/core";
import { IconArrowBackUp, IconRefresh } from "@tabler/icons-react";

import type { Flow } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { directionOf } from "../i18n/language";
import type { Open } from "../map/opened";
import { Opens } from "../map/Opens";
import { divide, type FlowLink } from "./flows";
import type { Titles } from "./titles";

const SHOWN = 6;

interface BackFlowsProps {
  flow: Flow;
  stages: readonly string[];
  titles: Titles;
  open: Open;
}

/** A Sankey diagram has no way back, and going back is where customers get stuck: it is told beside it. */
export function BackFlows({ flow, stages, titles, open }: BackFlowsProps) {
  const { t } = useI18n();
  const { back } = divide(flow, stages);
  if (back.length === 0) return null;
  return (
    <Group gap={8} mt="sm">
      <Text fz="sm" c="dimmed">
        {t("live.flow.back")}
      </Text>
      {back.slice(0, SHOWN).map((link) => (
        <BackFlow key={`${link.from ?? ""} ${link.to ?? ""}`} link={link} titles={titles} open={open} />
      ))}
    </Group>
  );
}

function BackFlow({ link, titles, open }: { link: FlowLink; titles: Titles; open: Open }) {
  const { t, language } = useI18n();
  const again = link.from === link.to;
  const Icon = again ? IconRefresh : IconArrowBackUp;
  const [from, to] = [titles.of(link.from ?? ""), titles.of(link.to ?? "")];
  const arrow = directionOf(language) === "rtl" ? "←" : "→";
  const title = t("opens.link", { from, to });
  return (
    <Badge variant="light" color="orange" tt="none" fw={500} leftSection={<Icon size={13} aria-hidden />}>
      {again ? `${from} ${t("live.flow.again")}` : `${from} ${arrow} ${to}`} ·{" "}
      <Opens figure={{ title, from: link.from, to: link.to }} open={open}>
        {link.count.toLocaleString(language)}
      </Opens>
    </Badge>
  );
}
