import { Text } from "@mantine/core";

import type { TraitValue } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { Time } from "../text/Time";

/** Who said a value, when, and how far it is vouched for. */
export function Provenance({ value }: { value: TraitValue }) {
  const { t } = useI18n();
  return (
    <Text fz="xs" c="dimmed" className="whole">
      <bdi>{t("traits.from", { source: value.source })}</bdi> · <Time iso={value.observed_at} form="date" /> ·{" "}
      {t(value.assurance === "verified" ? "assurance.verified" : "assurance.claimed")}
    </Text>
  );
}
