import { expect, test } from "vitest";

import { measuresPath, viewOf, VIEWS } from "./views";

test.each(VIEWS)("%s is found where it stands", (view) => {
  expect(viewOf(measuresPath("refund", view).split("/")[3])).toBe(view);
});
