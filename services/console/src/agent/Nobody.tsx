import { Button, Group } from "@mantine/core";
import { IconUserQuestion } from "@tabler/icons-react";

import { useI18n } from "../i18n/I18n";
import { NamespaceIcon } from "../look/NamespaceIcon";
import { namespaceTitle } from "../look/namespaces";
import { Note } from "../shell/Note";
import type { Question } from "./find";
import type { Kind } from "./guess";

const OTHERS: readonly Kind[] = ["email", "phone", "customer_id", "loyalty_id", "name"];

export function Nobody({ asked, onFind }: { asked: Question; onFind: (question: Question) => void }) {
  const { t } = useI18n();
  return (
    <div className="card" role="status">
      <Note
        icon={IconUserQuestion}
        title={t("search.nobody", { what: namespaceTitle(asked.kind, t) })}
        hint={t("search.nobody.hint")}
      >
        <Group gap="xs" justify="center" mt="xs">
          {OTHERS.filter((kind) => kind !== asked.kind).map((kind) => (
            <Button
              key={kind}
              variant="light"
              size="compact-md"
              leftSection={<NamespaceIcon namespace={kind} size={15} />}
              onClick={() => onFind({ kind, value: asked.value })}
            >
              {namespaceTitle(kind, t)}
            </Button>
          ))}
        </Group>
      </Note>
    </div>
  );
}
