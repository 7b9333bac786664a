import { useTranslation } from "react-i18next";
import type { Lesson } from "rtserver-client";
import { call } from "../../api/http.ts";
import { problemOf } from "../../api/problem.ts";
import controls from "../../ui/controls.module.css";
import { say } from "../../ui/toasts.tsx";
import { useRoom } from "../RoomContext.tsx";
import style from "./ChatMode.module.css";

const MODES = ["open", "moderated", "tutors"] as const;

/** What students may do in this chat; for tutors, to set it. */
export function ChatMode() {
  const { t } = useTranslation();
  const { client, lesson, isReadOnly } = useRoom();
  const set = async (chat: Lesson["chat"]) => {
    try {
      await call(client, "patch", "/api/lessons/{id}/", { path: { id: lesson.id }, body: { chat } });
    } catch (error) {
      say(problemOf(error, t).text, "bad");
    }
  };
  return (
    <label className={style.mode}>
      <span className={style.name}>{t("chat.mode")}</span>
      <select
        className={controls.input}
        value={lesson.chat}
        disabled={isReadOnly}
        onChange={(event) => void set(event.target.value as Lesson["chat"])}
      >
        {MODES.map((mode) => (
          <option key={mode} value={mode}>
            {t(`chat.mode.${mode}`)}
          </option>
        ))}
      </select>
    </label>
  );
}
