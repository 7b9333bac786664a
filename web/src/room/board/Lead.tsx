import { type RefObject, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Binding, Viewport } from "rtserver-excalidraw";
import { problemOf } from "../../api/problem.ts";
import { useMember } from "../../session/context.tsx";
import { Button } from "../../ui/Button.tsx";
import { EyeIcon } from "../../ui/icons.tsx";
import { say } from "../../ui/toasts.tsx";
import { useRoom } from "../RoomContext.tsx";
import style from "./BoardPane.module.css";
import { type Api, lookAt } from "./excalidraw.ts";
import { useIsInFront } from "./useIsInFront.ts";
import { asViewport, frameFor, viewportOf } from "./viewport.ts";

interface Props {
  api: Api;
  place: () => HTMLElement;
  binding: Binding;
  leading: RefObject<(() => Viewport) | undefined>;
}

/** While a tutor leads: everybody's board shows what the tutor's does, until one looks around by oneself. */
export function Lead({ api, place, binding, leading }: Props) {
  const { t } = useTranslation();
  const { me } = useMember();
  const { lead, lesson, room, nameOf, isReadOnly } = useRoom();
  const isInFront = useIsInFront(me.id, lesson.id);
  const isLeading = lead === me.id;
  useEffect(() => {
    if (!isLeading || !isInFront) return;
    leading.current = () => viewportOf(sizeOf(api));
    binding.look();
    return () => {
      leading.current = undefined;
    };
  }, [api, binding, isLeading, isInFront, leading]);
  const [follows, setFollows] = useFollowing(api, place);
  if (lead === null || isReadOnly) return null;
  const name = nameOf(lead) ?? "";
  const stop = () => room.lead(false).catch((error) => say(problemOf(error, t).text, "bad"));
  return (
    <p className={style.word} role="status">
      <EyeIcon size={22} />
      <span>{isLeading ? t("lead.leading") : t(follows ? "lead.following" : "lead.leads", { name })}</span>
      <Button kind="quiet" onClick={isLeading ? stop : () => setFollows(!follows)}>
        {t(isLeading ? "lead.stop" : follows ? "lead.unfollow" : "lead.follow")}
      </Button>
    </p>
  );
}

/** Follow who leads; whoever turns the wheel, or draws two fingers apart, looks around by oneself. */
function useFollowing(api: Api, place: () => HTMLElement) {
  const { me } = useMember();
  const { lead, board, views } = useRoom();
  const [follows, setFollows] = useState(true);
  const [seen, setSeen] = useState<Viewport>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: each time somebody begins to lead
  useEffect(() => {
    setFollows(true);
    setSeen(lead === null || lead === me.id ? undefined : asViewport(views.get(lead)));
  }, [lead]);
  useEffect(
    () =>
      board.on("board.cursor.move", ({ user_id, viewport }) => {
        const told = asViewport(viewport);
        if (user_id === lead && user_id !== me.id && told) setSeen(told);
      }),
    [board, lead, me.id],
  );
  useEffect(() => {
    if (follows && seen) lookAt(api, frameFor(seen, sizeOf(api)));
  }, [api, follows, seen]);
  useEffect(() => {
    const leave = (event: Event) => {
      if (event.type === "wheel" || (event as TouchEvent).touches.length > 1) setFollows(false);
    };
    const target = place();
    for (const type of ["wheel", "touchstart"]) target.addEventListener(type, leave, { capture: true, passive: true });
    return () => {
      for (const type of ["wheel", "touchstart"]) target.removeEventListener(type, leave, { capture: true });
    };
  }, [place]);
  return [follows, setFollows] as const;
}

function sizeOf(api: Api) {
  const { scrollX, scrollY, zoom, width, height } = api.getAppState();
  return { scrollX, scrollY, zoom: zoom.value, width, height };
}
