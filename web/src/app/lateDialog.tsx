import type { ComponentType } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../ui/Dialog.tsx";
import { Failed } from "./Failed.tsx";
import { type Failure, late } from "./late.tsx";
import { Script } from "./Script.ts";

interface Closed {
  onClose: () => void;
}

/** A dialog that is fetched when somebody opens it. */
export function lateDialog<P extends Closed>(fetch: () => Promise<ComponentType<P>>): ComponentType<P> {
  return late(new Script(fetch), { Failed: FailedDialog });
}

function FailedDialog({ failure, onClose }: Closed & { failure: Failure }) {
  const { t } = useTranslation();
  return (
    <Dialog title={t("app.not_come.title")} onClose={onClose}>
      <Failed failure={failure} />
    </Dialog>
  );
}
