import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../ui/Button.tsx";
import { Doodle } from "../ui/Doodle.tsx";
import { Heading } from "../ui/Heading.tsx";
import { Sheet } from "../ui/Sheet.tsx";
import style from "./Failed.module.css";
import type { Failure } from "./late.tsx";

/** So often in vain that one is shown another way: older browsers remember what didn't come, a new version has other names. */
export const STUBBORN = 2;

/** Stands where a part of the page should, and has it asked for again. */
export function Failed({ failure, text }: { failure: Failure; text?: string }) {
  const { t } = useTranslation();
  const isStubborn = failure.count >= STUBBORN;
  return (
    <div className={style.failed}>
      <Doodle of="cloud" />
      <div className={style.words} role="alert" key={failure.count}>
        <p>{text ?? t("app.not_come.text")}</p>
        {isStubborn && <p>{t("app.not_come.stubborn")}</p>}
      </div>
      <Button kind="primary" large waiting={failure.isAsking} onClick={failure.onAgain}>
        {t("app.again")}
      </Button>
      {isStubborn && (
        <Button large onClick={() => location.reload()}>
          {t("app.reload")}
        </Button>
      )}
    </div>
  );
}

/** Stands in the shell where a page should. */
export function FailedPage({ failure }: { failure: Failure }) {
  const { t } = useTranslation();
  return (
    <>
      <Heading>{t("app.not_come.title")}</Heading>
      <Failed failure={failure} />
    </>
  );
}

/** Stands where something should that takes the whole window; in it, what else there is to do. */
export function FailedSheet({ failure, children }: { failure: Failure; children?: ReactNode }) {
  return (
    <Sheet>
      <FailedPage failure={failure} />
      {children}
    </Sheet>
  );
}
