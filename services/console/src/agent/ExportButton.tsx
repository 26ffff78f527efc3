import { Button, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";

import { answered } from "../api/client";
import { Problem } from "../api/problem";
import { useI18n } from "../i18n/I18n";
import { useSession } from "../session/Session";

/** Saves everything about a person as a file. The token must not stand in an address, so it is fetched first. */
export function ExportButton({ id }: { id: string }) {
  const { t } = useI18n();
  const { api } = useSession();
  const fetching = useMutation({
    mutationFn: () =>
      answered(api.GET("/v1/profiles/{profile_id}/export", { params: { path: { profile_id: id } }, parseAs: "blob" })),
    onSuccess: (document: Blob) => save(document, `profile-${id}.json`),
    gcTime: 0,
  });
  return (
    <div>
      <Button
        size="compact-sm"
        variant="default"
        title={t("export.hint")}
        leftSection={<IconDownload size={15} aria-hidden />}
        loading={fetching.isPending}
        onClick={() => fetching.mutate()}
      >
        {t("export.do")}
      </Button>
      {fetching.error && (
        <Text role="alert" fz="xs" c="var(--mantine-color-error)" mt={4}>
          {(fetching.error instanceof Problem && fetching.error.detail) || t("export.failed")}
        </Text>
      )}
    </div>
  );
}

function save(content: Blob, name: string) {
  const address = URL.createObjectURL(content);
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.download = name;
  anchor.click();
  URL.revokeObjectURL(address);
}
