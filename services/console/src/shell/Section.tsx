import { Group, Title } from "@mantine/core";
import { useId, type ReactNode } from "react";

interface SectionProps {
  id?: string;
  title: string;
  aside?: ReactNode;
  children: ReactNode;
}

export function Section({ id, title, aside, children }: SectionProps) {
  const heading = useId();
  return (
    <section className="card" id={id} aria-labelledby={heading}>
      <Group justify="space-between" mb="sm" mih={28}>
        <Title order={2} size="h5" id={heading}>
          {title}
        </Title>
        {aside}
      </Group>
      {children}
    </section>
  );
}
