import { Select } from "@mantine/core";
import { IconRoute } from "@tabler/icons-react";

import type { Definition } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { titleIn } from "../i18n/language";

interface JourneyPickerProps {
  chosen: Definition;
  all: readonly Definition[];
  onChoose: (key: string) => void;
}

export function JourneyPicker({ chosen, all, onChoose }: JourneyPickerProps) {
  const { t, language } = useI18n();
  return (
    <Select
      aria-label={t("live.journey")}
      w={260}
      allowDeselect={false}
      leftSection={<IconRoute size={17} aria-hidden />}
      data={all.map(({ key, title }) => ({ value: key, label: titleIn(language, title, key) }))}
      value={chosen.key}
      onChange={(key) => key && onChoose(key)}
    />
  );
}
