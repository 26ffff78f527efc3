import { Code } from "@mantine/core";

import type { Interaction } from "../api/types";

/** The interaction as it is stored: for whoever must know exactly. */
export function ItemDetails({ item }: { item: Interaction }) {
  return (
    <Code block dir="ltr" mt={6} mah={340} style={{ overflow: "auto" }} tabIndex={0}>
      {JSON.stringify(item, (_, value: unknown) => value ?? undefined, 2)}
    </Code>
  );
}
