import { useTranslation } from "react-i18next";
import { Failed } from "../../app/Failed.tsx";
import { late } from "../../app/late.tsx";
import { Script } from "../../app/Script.ts";
import { Splash } from "../../app/Splash.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import type { PdfProps } from "./PdfPages.tsx";

const pdfPages = new Script(async () => (await import("./PdfPages.tsx")).PdfPages);
const PdfPages = late(pdfPages, { Waiting: () => <Splash of="part" />, Failed });

/** Which pages of a document come onto the board. */
export function PdfDialog(props: PdfProps) {
  const { t } = useTranslation();
  return (
    <Dialog title={t("pdf.title")} onClose={props.onClose}>
      <PdfPages {...props} />
    </Dialog>
  );
}
