import { useState } from "react";
import { useTranslation } from "react-i18next";
import { chooseLook, chosenLook, type Look } from "../../school/look.ts";
import { Button } from "../../ui/Button.tsx";
import { Section } from "../../ui/Section.tsx";
import style from "./profile.module.css";

const LOOKS: Look[] = ["device", "light", "dark"];

export function LookChoice() {
  const { t } = useTranslation();
  const [look, setLook] = useState(chosenLook);
  const choose = (chosen: Look) => {
    chooseLook(chosen);
    setLook(chosen);
  };
  return (
    <Section title={t("profile.look")}>
      <fieldset className={style.looks} aria-label={t("profile.look")}>
        {LOOKS.map((each) => (
          <Button
            key={each}
            kind={each === look ? "primary" : "plain"}
            aria-pressed={each === look}
            onClick={() => choose(each)}
          >
            {t(`look.${each}`)}
          </Button>
        ))}
      </fieldset>
    </Section>
  );
}
