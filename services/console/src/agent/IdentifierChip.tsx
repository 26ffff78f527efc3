import { Badge } from "@mantine/core";

import type { Identifier } from "../api/types";
import { useI18n } from "../i18n/I18n";
import { NamespaceIcon } from "../look/NamespaceIcon";
import { namespaceTitle } from "../look/namespaces";

export function IdentifierChip({ identifier }: { identifier: Pick<Identifier, "namespace" | "value"> }) {
  const { t } = useI18n();
  const title = namespaceTitle(identifier.namespace, t);
  return (
    <Badge
      variant="default"
      size="lg"
      fw={450}
      tt="none"
      title={title}
      leftSection={<NamespaceIcon namespace={identifier.namespace} size={14} title={title} />}
    >
      <bdi dir="ltr">{identifier.value}</bdi>
    </Badge>
  );
}
