// The page's words: English and Ukrainian, and what a school says otherwise.

import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { LANGUAGES, type Language, languageOf } from "./languages.ts";

type Texts = Record<string, string>;

type Part = "guest" | "member";

const LOADERS: Record<Language, Record<Part, () => Promise<{ default: Texts }>>> = {
  en: { guest: () => import("./en/guest.ts"), member: () => import("./en/index.ts") },
  uk: { guest: () => import("./uk/guest.ts"), member: () => import("./uk/index.ts") },
};

const parts = new Set<Part>(["guest"]);

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
  const own = Promise.all([...parts].map((part) => LOADERS[language][part]()));
  const [texts, schools] = await Promise.all([own, schoolTexts()]);
  const all = Object.assign({}, ...texts.map((text) => text.default), schools[language]);
  i18next.addResourceBundle(language, "translation", all);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  keep(language);
}

/** Have the words, too, that only members see. */
export async function speakToMembers(): Promise<void> {
  parts.add("member");
  if (i18next.language) await speak(i18next.language as Language); // else they come with the first ones
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
