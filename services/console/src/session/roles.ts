export const ROLES = ["agent", "ops", "steward", "admin"] as const;

export type Role = (typeof ROLES)[number];
