import { useState } from "react";
import { useTranslation } from "react-i18next";
import { lateDialog } from "../../app/lateDialog.tsx";
import { Button } from "../../ui/Button.tsx";
import { PlusIcon } from "../../ui/icons.tsx";

const PlanDialog = lateDialog(async () => (await import("./dialogs.ts")).PlanDialog);

export function PlanButton() {
  const { t } = useTranslation();
  const [isOpen, open] = useState(false);
  return (
    <>
      <Button kind="primary" onClick={() => open(true)}>
        <PlusIcon />
        {t("plan.new")}
      </Button>
      {isOpen && <PlanDialog onClose={() => open(false)} />}
    </>
  );
}
