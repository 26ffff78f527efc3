import { IconMoodEmpty, IconMoodSad, IconMoodSmile } from "@tabler/icons-react";

import { useI18n } from "../i18n/I18n";

const CLEAR = 0.25;

/** Sentiment of -1 to 1 as a face. */
export function Sentiment({ value }: { value: number }) {
  const { t } = useI18n();
  const mood = value > CLEAR ? "good" : value < -CLEAR ? "bad" : "flat";
  const Icon = { good: IconMoodSmile, flat: IconMoodEmpty, bad: IconMoodSad }[mood];
  const color = { good: "teal", flat: "gray", bad: "red" }[mood];
  const label = t(`item.sentiment.${mood}`);
  return (
    <span title={`${label} (${value.toFixed(2)})`} style={{ display: "inline-flex" }}>
      <Icon size={18} color={`var(--mantine-color-${color}-filled)`} role="img" aria-label={label} />
    </span>
  );
}
