// What members need and guests don't, and how to have it come while it is still asked who somebody is.

import { speakToMembers } from "../texts/i18n.ts";
import { bring } from "./bring.ts";
import { isRoom } from "./paths.ts";

export async function loadMemberApp() {
  const [{ MemberApp }] = await Promise.all([import("./MemberApp.tsx"), speakToMembers()]);
  return { default: MemberApp };
}

export function loadRoom() {
  bring("room", "board");
  return import("../room/RoomPage.tsx");
}

/** Begin to load what a member sees at a path; whoever shows it tells if that fails. */
export function loadAhead(path: string): void {
  loadMemberApp().catch(() => {});
  if (isRoom(path)) loadRoom().catch(() => {});
}
