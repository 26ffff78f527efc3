import type { Flow } from "../api/types";

export type FlowLink = Flow["links"][number];

export interface Flows {
  /** Movement onwards, which has no cycle: what a Sankey diagram can draw. */
  onward: FlowLink[];
  /** Movement to an earlier stage or to the same one again, the most first. */
  back: FlowLink[];
}

/** Divides movement by the order of the stages; a stage of an older version stands behind all. */
export function divide(flow: Flow, stages: readonly string[]): Flows {
  const place = (stage: string) => {
    const index = stages.indexOf(stage);
    return index < 0 ? stages.length + flow.nodes.findIndex((node) => node.stage === stage) : index;
  };
  const goesOn = ({ from, to }: FlowLink) => from === null || to === null || place(from) < place(to);
  const counted = flow.links.filter(({ count }) => count > 0);
  return {
    onward: counted.filter(goesOn),
    back: counted.filter((link) => !goesOn(link)).toSorted((a, b) => b.count - a.count),
  };
}
