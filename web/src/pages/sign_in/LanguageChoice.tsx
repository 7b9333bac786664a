import { useState } from "react";
import { useTranslation } from "react-i18next";
import { speak } from "../../texts/i18n.ts";
import { LANGUAGES, type Language, NAMES } from "../../texts/languages.ts";
import { Button } from "../../ui/Button.tsx";
import forms from "../../ui/forms.module.css";
import { Notice } from "../../ui/Notice.tsx";

export function LanguageChoice() {
  const { t, i18n } = useTranslation();
  const [hasFailed, setFailed] = useState(false);
  const choose = (language: Language) =>
    speak(language).then(
      () => setFailed(false),
      () => setFailed(true),
    );
  return (
    <div className={forms.form}>
      <nav className={forms.row} aria-label={t("sign_in.language")}>
        {LANGUAGES.map((language) => (
          <Button
            key={language}
            kind="quiet"
            lang={language}
            aria-pressed={i18n.language === language}
            onClick={() => void choose(language)}
          >
            {NAMES[language]}
          </Button>
        ))}
      </nav>
      {hasFailed && <Notice tone="bad">{t("app.language_not_come")}</Notice>}
    </div>
  );
}
