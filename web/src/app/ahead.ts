// What members need and guests don't, and how to have it come while it is still asked who somebody is.

import { speakToMembers } from "../texts/i18n.ts";
import { bring } from "./bring.ts";
import { isRoom } from "./paths.ts";
import { Script } from "./Script.ts";

export const memberApp = new Script(async () => {
  const [{ MemberApp }] = await Promise.all([import("./MemberApp.tsx"), speakToMembers()]);
  return MemberApp;
});

export const roomPage = new Script(async () => {
  bring("room", "board");
  return (await import("../room/RoomPage.tsx")).RoomPage;
});

/** Begin to load what a member sees at a path; whoever shows it tells if that fails. */
export function loadAhead(path: string): void {
  memberApp.ask().catch(() => {});
  if (isRoom(path)) roomPage.ask().catch(() => {});
}
