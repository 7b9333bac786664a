import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/http.ts";
import { problemOf } from "../../api/problem.ts";
import { useMember } from "../../session/context.tsx";
import { Checkbox } from "../../ui/Field.tsx";
import { say } from "../../ui/toasts.tsx";
import style from "./notifications.module.css";

type Wishes = Record<string, { email: boolean }>;

/** Which news come by mail, too, to who isn't here. */
export function Preferences() {
  const { t } = useTranslation();
  const { client } = useMember();
  const [wishes, setWishes] = useState<Wishes>();
  useEffect(() => {
    const load = call(client, "get", "/api/notifications/preferences/") as Promise<Wishes>;
    load.then(setWishes, () => {}); // the list above has told that nothing comes through
  }, [client]);
  const change = async (event: string, email: boolean) => {
    const body = { [event]: { email } };
    try {
      setWishes((await call(client, "put", "/api/notifications/preferences/", { body })) as Wishes);
    } catch (error) {
      say(problemOf(error, t).text, "bad");
    }
  };
  if (!wishes) return null;
  return (
    <section className={style.wishes} aria-labelledby="wishes">
      <h2 id="wishes">{t("news.by_mail")}</h2>
      <p className={style.ago}>{t("news.by_mail_hint")}</p>
      <div className={style.boxes}>
        {Object.entries(wishes).map(([event, { email }]) => (
          <Checkbox
            key={event}
            label={t(`event.${event}`, { defaultValue: event })}
            checked={email}
            onChange={({ target }) => void change(event, target.checked)}
          />
        ))}
      </div>
    </section>
  );
}
