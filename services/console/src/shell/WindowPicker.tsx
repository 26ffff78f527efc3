import { Group, SegmentedControl, TextInput } from "@mantine/core";
import { useState } from "react";

import { endsOf, isDays, spanOf, SPANS, type Ends, type Span } from "../api/since";
import { useI18n } from "../i18n/I18n";
import { dayOf } from "../text/time";

const DAYS = "days";
const WEEK = 7 * 86_400_000;

interface WindowPickerProps {
  span: Span;
  onChange: (span: Span) => void;
}

/** From when, and until when: so many days back, or any days. */
export function WindowPicker({ span, onChange }: WindowPickerProps) {
  const { t } = useI18n();
  const choose = (word: string) => onChange(word === DAYS ? `${dayOf(new Date(Date.now() - WEEK).toISOString())}/` : (word as Span));
  return (
    <Group gap="xs" align="flex-start">
      <SegmentedControl
        aria-label={t("map.span")}
        value={isDays(span) ? DAYS : span}
        onChange={choose}
        data={[
          ...SPANS.map((each) => ({ value: each, label: t(`map.span.${each}`) })),
          { value: DAYS, label: t("window.days") },
        ]}
      />
      {isDays(span) && <Days ends={endsOf(span)} onChange={onChange} />}
    </Group>
  );
}

/** What is being written stays here until it is a window. */
function Days({ ends, onChange }: { ends: Ends; onChange: (span: Span) => void }) {
  const { t } = useI18n();
  const [draft, setDraft] = useState(ends);
  const write = (part: Partial<Ends>) => {
    const written = { ...draft, ...part };
    setDraft(written);
    const span = spanOf(written);
    if (span !== null) onChange(span === "all" ? "/" : span);
  };
  return (["from", "until"] as const).map((end) => (
    <TextInput
      key={end}
      type="date"
      w={150}
      aria-label={t(`window.${end}`)}
      value={draft[end]}
      error={end === "until" && spanOf(draft) === null && t("window.wrong")}
      onChange={(event) => write({ [end]: event.currentTarget.value })}
    />
  ));
}
