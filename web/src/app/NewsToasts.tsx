import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { wordsOf } from "../pages/notifications/words.ts";
import { usePlace } from "../texts/usePlace.ts";
import { say } from "../ui/toasts.tsx";
import { useLive } from "./LiveContext.tsx";

// What is said in a chat or drawn on a board comes too often; it is counted where it belongs.
const TOLD = /^(lesson|student|tutor)\./;

/** Says what happens to one's lessons as it happens, wherever one looks. */
export function NewsToasts() {
  const { t } = useTranslation();
  const live = useLive();
  const place = usePlace();
  useEffect(
    () =>
      live.onNotice((notice) => {
        if (TOLD.test(notice.event))
          say(
            wordsOf(notice, t, place, (id) => live.lessons.get().byId.get(id)?.title),
            "news",
          );
      }),
    [live, t, place],
  );
  return null;
}
