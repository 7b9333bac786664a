// The languages that the page is written in.

export type Language = "en" | "uk";

/** By their own names. */
export const NAMES: Record<Language, string> = { en: "English", uk: "Українська" };

export const LANGUAGES = Object.keys(NAMES) as Language[];

/** The language for a tag such as `uk-UA`; nothing where the page hasn't it. */
export function languageOf(tag: string): Language | undefined {
  const [primary] = tag.toLowerCase().split("-");
  return LANGUAGES.find((language) => language === primary);
}
