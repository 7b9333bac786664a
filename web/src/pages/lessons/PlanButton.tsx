import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/Button.tsx";
import { PlusIcon } from "../../ui/icons.tsx";

const PlanDialog = lazy(() => import("./dialogs.ts").then((all) => ({ default: all.PlanDialog })));

export function PlanButton() {
  const { t } = useTranslation();
  const [isOpen, open] = useState(false);
  return (
    <>
      <Button kind="primary" onClick={() => open(true)}>
        <PlusIcon />
        {t("plan.new")}
      </Button>
      <Suspense>{isOpen && <PlanDialog onClose={() => open(false)} />}</Suspense>
    </>
  );
}
