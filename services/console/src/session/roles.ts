export const ROLES = ["agent", "ops", "steward", "admin"] as const;

export type Role = (typeof ROLES)[number];

/** Who may read customers and journeys; personal data is masked by role. */
export const READERS = ["agent", "ops", "steward", "admin"] as const satisfies readonly Role[];

/** Who plans what is done about a journey. */
export const PLANNERS = ["ops", "steward", "admin"] as const satisfies readonly Role[];

/** Who decides about who is who. */
export const STEWARDS = ["steward", "admin"] as const satisfies readonly Role[];
