import { Select } from "@mantine/core";
import { IconUsers } from "@tabler/icons-react";

import { useSegments } from "../api/queries";
import { useI18n } from "../i18n/I18n";
import { titleIn } from "../i18n/language";

const EVERYBODY = "";

interface WhoseProps {
  segment: string | null;
  onChoose: (segment: string | null) => void;
}

/** Whose journeys are shown and followed: everybody's, or those of one segment. */
export function Whose({ segment, onChoose }: WhoseProps) {
  const { t, language } = useI18n();
  const { data } = useSegments();
  if (!data || data.items.length === 0) return null;
  const segments = data.items.map(({ key, title }) => ({ value: key, label: titleIn(language, title, key) }));
  return (
    <Select
      aria-label={t("live.whose")}
      w={220}
      allowDeselect={false}
      leftSection={<IconUsers size={17} aria-hidden />}
      data={[{ value: EVERYBODY, label: t("live.everybody") }, ...segments]}
      value={segment ?? EVERYBODY}
      onChange={(key) => onChoose(key === EVERYBODY ? null : key)}
    />
  );
}
