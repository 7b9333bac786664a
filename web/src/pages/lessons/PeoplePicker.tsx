import { useEffect, useState } from "react";
import { ComboBox } from "react-aria-components/ComboBox";
import { Input } from "react-aria-components/Input";
import { Label } from "react-aria-components/Label";
import { ListBox, ListBoxItem } from "react-aria-components/ListBox";
import { Popover } from "react-aria-components/Popover";
import { Text } from "react-aria-components/Text";
import { useTranslation } from "react-i18next";
import { call, type Schema } from "../../api/http.ts";
import { problemOf } from "../../api/problem.ts";
import { useMember } from "../../session/context.tsx";
import { Avatar } from "../../ui/Avatar.tsx";
import { Button } from "../../ui/Button.tsx";
import controls from "../../ui/controls.module.css";
import { CrossIcon, MailIcon } from "../../ui/icons.tsx";
import style from "./PeoplePicker.module.css";

/** Somebody to invite: known by id, or by an e-mail address alone. */
export type Invitee = { user_id: number; name: string } | { email: string };

type Found = Schema<"FoundView">;

const PAUSE = 200; // milliseconds without a key
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

interface Props {
  /** Who is there already, and isn't offered. */
  known: readonly number[];
  onPick: (invitee: Invitee) => void;
}

/** Finds people by their names as one types; an e-mail address can be taken as it is. */
export function PeoplePicker({ known, onPick }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const { found: all, isAnswered, error } = useFound(text.trim());
  const found = all.filter(({ id }) => !known.includes(id));
  const isEmail = EMAIL.test(text.trim());
  const items = [
    ...found.map(({ id, name, email }) => ({ key: `user ${id}`, name, email })),
    ...(isEmail ? [{ key: "email", name: text.trim(), email: undefined }] : []),
  ];
  const none = error === undefined ? t(isAnswered ? "people.nobody" : "people.seeking") : problemOf(error, t).text;
  const pick = (key: string | number | null) => {
    const person = found.find(({ id }) => key === `user ${id}`);
    if (person) onPick({ user_id: person.id, name: person.name });
    else if (key === "email") onPick({ email: text.trim() });
    else return;
    setText("");
  };
  return (
    <ComboBox
      className={controls.field!}
      items={items}
      inputValue={text}
      onInputChange={setText}
      selectedKey={null}
      onSelectionChange={pick}
      menuTrigger="input"
      allowsCustomValue
      allowsEmptyCollection={text.trim().length > 1}
    >
      <Label className={controls.label!}>{t("people.find")}</Label>
      <Input className={controls.input!} autoComplete="off" />
      <Text slot="description" className={controls.hint!}>
        {t("people.find_hint")}
      </Text>
      <Popover className={style.popover!}>
        <section aria-label={t("people.found")}>
          <ListBox<(typeof items)[number]>
            className={style.list!}
            renderEmptyState={() => <p className={style.none}>{none}</p>}
          >
            {({ key, name, email }) => (
              <ListBoxItem id={key} textValue={name} className={style.item!}>
                {key === "email" ? <MailIcon /> : <Avatar id={Number(key.slice(5))} name={name} />}
                <span>
                  {key === "email" ? t("people.by_email", { email: name }) : name}
                  {email && <span className={style.email}>{email}</span>}
                </span>
              </ListBoxItem>
            )}
          </ListBox>
        </section>
      </Popover>
    </ComboBox>
  );
}

const NONE: Found[] = [];

interface Answer {
  /** What was sought. */
  to: string;
  found: Found[];
  /** Why it couldn't be. */
  error?: unknown;
}

/** People whose names begin so; asked for once the typing pauses. Until then those who were found before. */
function useFound(text: string): { found: Found[]; isAnswered: boolean; error?: unknown } {
  const { client } = useMember();
  const [{ to, found, error }, setFound] = useState<Answer>({ to: "", found: NONE });
  useEffect(() => {
    if (!text) return setFound({ to: text, found: NONE });
    let isWanted = true;
    const ask = async () => {
      const query = { q: text.slice(0, 100), limit: 20 };
      const { results } = await call(client, "get", "/api/people/", { query });
      if (isWanted) setFound({ to: text, found: results });
    };
    const fail = (error: unknown) => isWanted && setFound({ to: text, found: NONE, error });
    const timer = setTimeout(() => ask().catch(fail), PAUSE);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [client, text]);
  return { found, isAnswered: to === text, error: to === text ? error : undefined };
}

/** Those who were picked, each to be taken back. */
export function Picked({ people, onDrop }: { people: Invitee[]; onDrop: (index: number) => void }) {
  const { t } = useTranslation();
  if (!people.length) return null;
  return (
    <ul className={style.picked}>
      {people.map((person, index) => {
        const name = "name" in person ? person.name : person.email;
        return (
          <li key={name} className={style.person}>
            {name}
            <Button kind="quiet" icon aria-label={t("people.drop", { name })} onClick={() => onDrop(index)}>
              <CrossIcon size={18} />
            </Button>
          </li>
        );
      })}
    </ul>
  );
}
