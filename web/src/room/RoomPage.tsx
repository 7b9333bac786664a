import { useTranslation } from "react-i18next";
import { Splash } from "../app/Splash.tsx";
import { useStore } from "../state/store.ts";
import { Door } from "./Door.tsx";
import { RoomProvider, useClassroom } from "./RoomContext.tsx";
import { RoomView } from "./RoomView.tsx";

/** A lesson's room: it takes the whole window, and is loaded when somebody goes in. */
export function RoomPage({ lessonId }: { lessonId: number }) {
  const { t } = useTranslation();
  const classroom = useClassroom(lessonId);
  const door = useStore(classroom.store, (state) => state.door);
  if (door === "loading") return <Splash text={t("room.loading")} />;
  if (door !== "open") return <Door classroom={classroom} door={door} />;
  return (
    <RoomProvider classroom={classroom}>
      <RoomView />
    </RoomProvider>
  );
}
