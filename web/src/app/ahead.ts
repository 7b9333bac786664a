// What members need and guests don't, and how to have it come while it is still asked who somebody is.

import type { ComponentType } from "react";
import { speakToMembers } from "../texts/i18n.ts";
import { bring } from "./bring.ts";
import { isRoom } from "./paths.ts";

type Loaded<P> = { default: ComponentType<P> };

const member = once(async () => {
  const [{ MemberApp }] = await Promise.all([import("./MemberApp.tsx"), speakToMembers()]);
  return { default: MemberApp };
});

const room = once(() => {
  bring("room", "board");
  return import("../room/RoomPage.tsx");
});

/** For `lazy`. */
export const loadMemberApp = member.load;
export const loadRoom = room.load;

/** Begin to load what a member sees at a path; whoever shows it tells if that fails. */
export function loadAhead(path: string): void {
  member.ask().catch(() => {});
  if (isRoom(path)) room.ask().catch(() => {});
}

/** What has come is given at once: for a promise React would show the fallback, and keep it for 300 ms. */
function once<P>(fetchIt: () => Promise<Loaded<P>>) {
  let asked: Promise<Loaded<P>> | undefined;
  let come: Loaded<P> | undefined;
  const ask = () => {
    asked ??= fetchIt().then(
      (loaded) => {
        come = loaded;
        return loaded;
      },
      (error) => {
        asked = undefined; // the next one may have more luck
        throw error;
      },
    );
    return asked;
  };
  // biome-ignore lint/suspicious/noThenProperty: `lazy` asks for nothing else
  const atOnce = { then: (take: (loaded: Loaded<P>) => void) => take(come!) };
  return { ask, load: () => (come ? (atOnce as unknown as Promise<Loaded<P>>) : ask()) };
}
