import { createElement } from "react";

import { namespaceIcon } from "./namespaces";

interface NamespaceIconProps {
  namespace: string;
  size: number;
  /** Spoken instead of the picture; without it the text beside the picture says it. */
  title?: string;
}

export function NamespaceIcon({ namespace, size, title }: NamespaceIconProps) {
  const spoken = title === undefined ? { "aria-hidden": true } : { role: "img", "aria-label": title };
  return createElement(namespaceIcon(namespace), { size, ...spoken });
}
