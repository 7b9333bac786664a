import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { buttonClass } from "../ui/Button.tsx";
import { Empty } from "../ui/Empty.tsx";
import { Heading } from "../ui/Heading.tsx";

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <>
      <Heading>{t("app.not_found.title")}</Heading>
      <Empty of="plane" text={t("app.not_found.text")}>
        <Link href="/" className={buttonClass({ kind: "primary" })}>
          {t("app.to_lessons")}
        </Link>
      </Empty>
    </>
  );
}
