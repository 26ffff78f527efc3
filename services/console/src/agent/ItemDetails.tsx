import { Stack } from "@mantine/core";

import type { Interaction } from "../api/types";
import { Explained } from "./Explained";
import { Raw } from "./Raw";

/** What became of the interaction and why; then how it is stored, for whoever must know exactly. */
export function ItemDetails({ item }: { item: Interaction }) {
  return (
    <Stack gap="sm" mt={6}>
      <Explained number={item.interaction_number} />
      <Raw value={item} />
    </Stack>
  );
}
