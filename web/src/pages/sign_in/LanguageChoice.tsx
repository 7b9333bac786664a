import { useTranslation } from "react-i18next";
import { speak } from "../../texts/i18n.ts";
import { LANGUAGES, NAMES } from "../../texts/languages.ts";
import { Button } from "../../ui/Button.tsx";
import forms from "../../ui/forms.module.css";

export function LanguageChoice() {
  const { t, i18n } = useTranslation();
  return (
    <nav className={forms.row} aria-label={t("sign_in.language")}>
      {LANGUAGES.map((language) => (
        <Button
          key={language}
          kind="quiet"
          lang={language}
          aria-pressed={i18n.language === language}
          onClick={() => void speak(language)}
        >
          {NAMES[language]}
        </Button>
      ))}
    </nav>
  );
}
