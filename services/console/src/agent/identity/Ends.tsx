import { Group, NativeSelect, TextInput } from "@mantine/core";
import { useState, type ReactNode } from "react";

import type { Identifier, ProfileIdentifier } from "../../api/types";
import { useI18n } from "../../i18n/I18n";
import { NAMESPACES, namespaceTitle } from "../../look/namespaces";
import { guessKind } from "../guess";
import { keyOf } from "./tree";

interface ChooseOwnProps {
  label: string;
  own: ProfileIdentifier[];
  value: Identifier | undefined;
  error: ReactNode;
  onChange: (chosen: Identifier | undefined) => void;
}

export function ChooseOwn({ label, own, value, error, onChange }: ChooseOwnProps) {
  const { t } = useI18n();
  return (
    <NativeSelect
      label={label}
      error={error}
      data={own.map((each) => ({ value: keyOf(each), label: `${namespaceTitle(each.namespace, t)}: ${each.value}` }))}
      value={value && keyOf(value)}
      onChange={(event) => onChange(own.find((each) => keyOf(each) === event.currentTarget.value))}
    />
  );
}

interface TypeOtherProps {
  label: string;
  value: Identifier;
  error: ReactNode;
  onChange: (typed: Identifier) => void;
}

/** What it is is guessed from what is typed, until somebody chooses. */
export function TypeOther({ label, value, error, onChange }: TypeOtherProps) {
  const { t } = useI18n();
  const [chosen, setChosen] = useState(value.value !== "");
  const type = (typed: string) => {
    const guess = guessKind(typed);
    onChange({ namespace: chosen || guess === "name" ? value.namespace : guess, value: typed });
  };
  return (
    <Group gap="xs" align="flex-start" wrap="nowrap">
      <TextInput
        label={label}
        error={error}
        required
        dir="auto"
        autoComplete="off"
        spellCheck={false}
        flex={1}
        value={value.value}
        onChange={(event) => type(event.currentTarget.value)}
      />
      <NativeSelect
        label={t("decide.b.kind")}
        w={170}
        data={NAMESPACES.map((each) => ({ value: each, label: namespaceTitle(each, t) }))}
        value={value.namespace}
        onChange={(event) => {
          setChosen(true);
          onChange({ namespace: event.currentTarget.value, value: value.value });
        }}
      />
    </Group>
  );
}
