import {
  IconBuildingStore,
  IconClipboardCheck,
  IconDeviceMobile,
  IconHash,
  IconMail,
  IconMessageCircle,
  IconPhone,
  IconWorld,
  type TablerIcon,
} from "@tabler/icons-react";

import type { Channel } from "../api/types";

interface Look {
  icon: TablerIcon;
  /** A colour name of the theme. */
  color: string;
}

export const CHANNELS: Readonly<Record<Channel, Look>> = {
  call: { icon: IconPhone, color: "teal" },
  chat: { icon: IconMessageCircle, color: "violet" },
  email: { icon: IconMail, color: "blue" },
  web: { icon: IconWorld, color: "cyan" },
  store: { icon: IconBuildingStore, color: "orange" },
  app: { icon: IconDeviceMobile, color: "pink" },
  social: { icon: IconHash, color: "grape" },
  survey: { icon: IconClipboardCheck, color: "yellow" },
};

export function isChannel(name: string): name is Channel {
  return name in CHANNELS;
}
