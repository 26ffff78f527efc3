import {
  IconAt,
  IconDeviceDesktop,
  IconGiftCard,
  IconId,
  IconMail,
  IconPhone,
  IconTag,
  IconUserSearch,
  type TablerIcon,
} from "@tabler/icons-react";

import type { I18n } from "../i18n/I18n";

/** Namespaces that an agent can choose from; handles of the vendors that customers know their handle of. */
export const NAMESPACES = [
  "email",
  "phone",
  "customer_id",
  "loyalty_id",
  "handle:whatsapp",
  "handle:messenger",
  "handle:instagram",
  "handle:shopify",
  "device",
] as const;

const NAMESPACE_ICONS: Readonly<Record<string, TablerIcon>> = {
  name: IconUserSearch,
  email: IconMail,
  phone: IconPhone,
  customer_id: IconId,
  loyalty_id: IconGiftCard,
  device: IconDeviceDesktop,
  handle: IconAt,
};

export function namespaceIcon(namespace: string): TablerIcon {
  return NAMESPACE_ICONS[namespace.split(":", 1)[0] ?? ""] ?? IconTag;
}

/** The namespace in words; one that is configured and not known here is shown as it is written. */
export function namespaceTitle(namespace: string, t: I18n["t"]): string {
  switch (namespace) {
    case "name":
    case "email":
    case "phone":
    case "customer_id":
    case "loyalty_id":
    case "device":
      return t(`ns.${namespace}`);
    default:
      return namespace.startsWith("handle:")
        ? t("ns.handle", { vendor: capitalised(namespace.slice("handle:".length)) })
        : namespace;
  }
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
