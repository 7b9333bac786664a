import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMember } from "../../session/context.tsx";
import { useChatState } from "./ChatContext.tsx";

const GATHER = 1_000; // milliseconds: several at once are only counted

/** Reads out what others write while one looks: one message as it is, several by their number. */
export function Announcer({ isLooking }: { isLooking: boolean }) {
  const { t } = useTranslation();
  const { me } = useMember();
  const messages = useChatState((state) => state.messages);
  const isLoaded = useChatState((state) => state.isLoaded);
  const [text, setText] = useState("");
  const told = useRef<number>(undefined);
  useEffect(() => {
    const newest = messages.at(-1)?.id ?? 0;
    if (isLoaded) told.current ??= newest; // what was there before
    if (!isLoaded || newest === told.current) return;
    const tell = () => {
      const fresh = messages.filter(({ id, author, deleted }) => id > told.current! && author.id !== me.id && !deleted);
      told.current = newest;
      const [first] = fresh;
      if (!isLooking || !first) return;
      const one = `${first.author.name}: ${first.text || t("chat.files", { count: first.files.length })}`;
      setText(fresh.length === 1 ? one : t("chat.new", { count: fresh.length }));
    };
    const timer = setTimeout(tell, GATHER);
    return () => clearTimeout(timer);
  }, [messages, isLoaded, isLooking, me.id, t]);
  return (
    <p className="aside" role="status">
      {text}
    </p>
  );
}
