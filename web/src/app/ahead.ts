// What members need and guests don't, and how to have it come while it is still asked who somebody is.

import { speakToMembers } from "../texts/i18n.ts";

const ROOM = /^\/lessons\/\d+$/;

export async function loadMemberApp() {
  const [{ MemberApp }] = await Promise.all([import("./MemberApp.tsx"), speakToMembers()]);
  return { default: MemberApp };
}

export const loadRoom = () => import("../room/RoomPage.tsx");

/** Begin to load what a member sees at a path; whoever shows it tells if that fails. */
export function loadAhead(path: string): void {
  loadMemberApp().catch(() => {});
  if (ROOM.test(path)) loadRoom().catch(() => {});
}
