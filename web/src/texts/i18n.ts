// The page's words: English and Ukrainian, and what a school says otherwise.

import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { LANGUAGES, type Language, languageOf } from "./languages.ts";

type Texts = Record<string, string>;

const LOADERS: Record<Language, () => Promise<{ default: Texts }>> = {
  en: () => import("./en/index.ts"),
  uk: () => import("./uk/index.ts"),
};

const KEPT = "rtserver language";

/** The language until somebody has signed in: the last one here, the browser's, or the school's. */
export function guessLanguage(school?: string): Language {
  const known = [kept(), ...navigator.languages, school].map((tag) => tag && languageOf(tag));
  return known.find((language) => language !== undefined && language !== "") || "en";
}

export async function startTexts(language: Language): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    supportedLngs: LANGUAGES,
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false }, // React escapes
    resources: {},
    react: { useSuspense: false },
  });
  await speak(language);
}

/** Turn to a language, and keep it for the next visit. */
export async function speak(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, "translation")) {
    const [own, schools] = await Promise.all([LOADERS[language](), schoolTexts()]);
    i18next.addResourceBundle(language, "translation", { ...own.default, ...schools[language] });
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  keep(language);
}

let loaded: Promise<Record<string, Texts>> | undefined;

/** What a school says otherwise: `web.texts_file`. */
function schoolTexts(): Promise<Record<string, Texts>> {
  loaded ??= fetch("/api/school/texts/", { signal: AbortSignal.timeout(5_000) })
    .then((response) => (response.ok ? response.json() : {}))
    .catch(() => ({})); // the page's own words do
  return loaded;
}

function kept(): string | undefined {
  try {
    return localStorage.getItem(KEPT) ?? undefined;
  } catch {
    return undefined;
  }
}

function keep(language: Language): void {
  try {
    localStorage.setItem(KEPT, language);
  } catch {
    // Forbidden: the next visit guesses.
  }
}
