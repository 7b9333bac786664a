import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/http.ts";
import { problemOf } from "../../api/problem.ts";
import { useMember } from "../../session/context.tsx";
import { shortTime } from "../../texts/times.ts";
import { usePlace } from "../../texts/usePlace.ts";
import { Button } from "../../ui/Button.tsx";
import { TextField } from "../../ui/Field.tsx";
import forms from "../../ui/forms.module.css";
import { Section } from "../../ui/Section.tsx";
import { say } from "../../ui/toasts.tsx";

const PATH = "/api/users/me/calendar/";

/** An address for calendar programs; it is shown once, as it is a key to one's lessons. */
export function CalendarAddress() {
  const { t } = useTranslation();
  const { client } = useMember();
  const place = usePlace();
  const [made, setMade] = useState<string | null>();
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    call(client, "get", PATH).then(
      ({ created_at }) => setMade(created_at),
      () => {},
    ); // a new one can be made all the same
  }, [client]);
  const attempt = (work: Promise<void>) => work.catch((error) => say(problemOf(error, t).text, "bad"));
  const make = async () => {
    setUrl((await call(client, "post", PATH)).url);
    setMade(new Date().toISOString());
  };
  const end = async () => {
    await call(client, "delete", PATH);
    setMade(null);
    setUrl(undefined);
  };
  const copy = async () => {
    await navigator.clipboard.writeText(url!);
    say(t("calendar.copied"));
  };
  return (
    <Section title={t("calendar.title")}>
      <p>{t("calendar.text")}</p>
      {url && (
        <TextField
          label={t("calendar.address")}
          hint={t("calendar.once")}
          value={url}
          readOnly
          onFocus={({ target }) => target.select()}
        />
      )}
      {made && !url && <p className={forms.quiet}>{t("calendar.made", { when: shortTime(made, place) })}</p>}
      <div className={forms.row}>
        {url && (
          <Button kind="primary" onClick={() => void attempt(copy())}>
            {t("calendar.copy")}
          </Button>
        )}
        <Button onClick={() => void attempt(make())}>{t(made ? "calendar.anew" : "calendar.make")}</Button>
        {made && (
          <Button kind="quiet" onClick={() => void attempt(end())}>
            {t("calendar.end")}
          </Button>
        )}
      </div>
    </Section>
  );
}
