import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Reaction } from "rtserver-client";
import { useMember } from "../../session/context.tsx";
import { CheckIcon, CrossIcon } from "../../ui/icons.tsx";
import { FlagIcon, HelpIcon } from "../icons.tsx";
import { useRoom } from "../RoomContext.tsx";
import style from "./Reactions.module.css";
import { useAct } from "./useAct.ts";

const ICONS: Record<Reaction, (props: { size?: number }) => ReactNode> = {
  yes: CheckIcon,
  no: CrossIcon,
  done: FlagIcon,
  help: HelpIcon,
};

/** One's own answer, for all to see: pressed once more it is gone. */
export function Reactions() {
  const { t } = useTranslation();
  const { me } = useMember();
  const { present, room } = useRoom();
  const { isBusy, act } = useAct();
  const mine = present.find(({ user_id }) => user_id === me.id)?.reaction ?? null;
  const react = (reaction: Reaction) => act(() => room.react({ reaction: reaction === mine ? null : reaction }));
  return (
    <fieldset className={style.reactions}>
      <legend className="aside">{t("people.my_reaction")}</legend>
      {(Object.keys(ICONS) as Reaction[]).map((each) => {
        const Icon = ICONS[each];
        return (
          <button
            key={each}
            type="button"
            className={style.reaction}
            data-reaction={each}
            aria-pressed={each === mine}
            aria-disabled={isBusy || undefined}
            onClick={() => !isBusy && void react(each)}
          >
            <Icon />
            {t(`reaction.${each}`)}
          </button>
        );
      })}
    </fieldset>
  );
}

/** What somebody answers, beside their name. */
export function ReactionMark({ reaction }: { reaction: Reaction }) {
  const { t } = useTranslation();
  const Icon = ICONS[reaction];
  const text = t(`reaction.${reaction}`);
  return (
    <span className={style.mark} data-reaction={reaction} title={text}>
      <Icon size={20} />
      <span className="aside">{text}</span>
    </span>
  );
}
