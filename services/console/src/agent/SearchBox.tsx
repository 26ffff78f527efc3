import { ActionIcon, Button, Group, Menu, TextInput } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconArrowRight, IconCheck, IconChevronDown, IconSearch, IconSparkles } from "@tabler/icons-react";
import { useRef, useState, type SubmitEvent } from "react";

import { useI18n } from "../i18n/I18n";
import { NamespaceIcon } from "../look/NamespaceIcon";
import { NAMESPACES, namespaceTitle } from "../look/namespaces";
import type { Question } from "./find";
import { guessKind, type Kind } from "./guess";
import classes from "./SearchBox.module.css";

const KINDS: readonly Kind[] = [...NAMESPACES, "name"];

/** How many signs the service wants at least. */
const LEAST = { name: 2, other: 1 } as const;

interface SearchBoxProps {
  /** Takes the focus at once: there is nothing else to do on the page. */
  first: boolean;
  busy: boolean;
  onFind: (question: Question) => void;
}

/** One box for every identifier and for names. What is typed is sent in a body, and never put in the address. */
export function SearchBox({ first, busy, onFind }: SearchBoxProps) {
  const { t } = useI18n();
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState<Kind | null>(null);
  const input = useRef<HTMLInputElement>(null);
  useHotkeys([["/", () => input.current?.select()]]);

  const value = typed.trim();
  const kind = chosen ?? guessKind(value);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (value.length >= LEAST[kind === "name" ? "name" : "other"]) onFind({ value, kind });
  };

  return (
    <form className={classes.form} onSubmit={submit} role="search">
      <TextInput
        ref={input}
        type="text"
        name="find"
        dir="auto"
        autoFocus={first}
        autoComplete="off"
        spellCheck={false}
        aria-label={t("search.label")}
        aria-keyshortcuts="/"
        placeholder={t("search.placeholder")}
        classNames={{ input: classes.input }}
        leftSection={value ? <NamespaceIcon namespace={kind} size={21} /> : <IconSearch size={21} aria-hidden />}
        leftSectionWidth={54}
        rightSection={
          <Group gap={6} wrap="nowrap" justify="flex-end" w="100%" pe={8}>
            {value ? (
              <KindMenu kind={kind} chosen={chosen !== null} onChoose={setChosen} />
            ) : (
              <kbd className={classes.key} title={t("search.hint")}>
                /
              </kbd>
            )}
            <ActionIcon type="submit" size={38} radius="xl" loading={busy} aria-label={t("search.go")}>
              <IconArrowRight size={20} aria-hidden style={{ transform: "scaleX(var(--mirror, 1))" }} />
            </ActionIcon>
          </Group>
        }
        rightSectionWidth={value ? 250 : 90}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          if (!event.currentTarget.value) setChosen(null);
        }}
      />
    </form>
  );
}

interface KindMenuProps {
  kind: Kind;
  chosen: boolean;
  onChoose: (kind: Kind | null) => void;
}

function KindMenu({ kind, chosen, onChoose }: KindMenuProps) {
  const { t } = useI18n();
  const title = namespaceTitle(kind, t);
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <Button
          variant="light"
          size="compact-md"
          radius="xl"
          rightSection={<IconChevronDown size={14} aria-hidden />}
          aria-label={t("search.as", { what: title })}
        >
          {title} · {t(chosen ? "search.chosen" : "search.guessed")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconSparkles size={16} aria-hidden />} onClick={() => onChoose(null)}>
          {t("search.auto")}
        </Menu.Item>
        <Menu.Divider />
        {KINDS.map((each) => (
          <Menu.Item
            key={each}
            leftSection={<NamespaceIcon namespace={each} size={16} />}
            rightSection={each === kind ? <IconCheck size={15} aria-hidden /> : null}
            onClick={() => onChoose(each)}
          >
            {namespaceTitle(each, t)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
