import { Stack, Text, ThemeIcon, Title } from "@mantine/core";
import type { TablerIcon } from "@tabler/icons-react";
import type { ReactNode } from "react";

interface NoteProps {
  icon: TablerIcon;
  title: string;
  hint?: string | undefined;
  color?: string;
  children?: ReactNode;
}

/** What an empty or failed place shows: what is the matter, and what to do. */
export function Note({ icon: Icon, title, hint, color = "gray", children }: NoteProps) {
  return (
    <Stack align="center" gap="xs" py="xl" px="md" ta="center">
      <ThemeIcon variant="light" color={color} size={52} radius="xl">
        <Icon size={26} stroke={1.6} aria-hidden />
      </ThemeIcon>
      <Title order={2} size="h4">
        {title}
      </Title>
      {hint && (
        <Text c="dimmed" maw={460}>
          {hint}
        </Text>
      )}
      {children}
    </Stack>
  );
}
