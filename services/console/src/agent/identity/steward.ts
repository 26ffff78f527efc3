import { useSession } from "../../session/Session";

const DECIDES: readonly string[] = ["steward", "admin"];

/** The roles that a token states. Only for what to show: whether they hold is for the service to say. */
export function rolesIn(token: string): string[] {
  try {
    const body = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const { roles } = JSON.parse(atob(body)) as { roles?: unknown };
    return Array.isArray(roles) ? roles.filter((role) => typeof role === "string") : [];
  } catch {
    return [];
  }
}

/** Whether to offer this person decisions about who is who. */
export function useMayDecide(): boolean {
  return useIsOneOf(DECIDES);
}

/** Whether to offer this person what is for these roles. */
export function useIsOneOf(wanted: readonly string[]): boolean {
  const { role, token } = useSession();
  if (role !== null) return wanted.includes(role);
  return token !== null && rolesIn(token).some((each) => wanted.includes(each));
}
