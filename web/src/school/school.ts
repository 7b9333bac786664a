// The school as everybody may know it: its name, colour, logo and languages.

import { type Scheme, type Shades, shades } from "./shades.ts";

export interface School {
  name: string;
  color: string;
  logo: string | null;
  locale: string;
  locales: string[];
  timezone: string;
  version: string;
  /** Whether people sign in here, or come with a token of a platform. */
  sign_in: boolean;
  calls: boolean;
  files: { max_bytes: number; types: string[] };
}

const KEPT = "rtserver school";

/** What is shown until the server has answered: as it was last time. */
export function knownSchool(): School | undefined {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}

export async function loadSchool(): Promise<School> {
  const response = await fetch("/api/school/", { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`/api/school/: HTTP ${response.status}`);
  const school = (await response.json()) as School;
  try {
    localStorage.setItem(KEPT, JSON.stringify(school));
  } catch {
    // Full or forbidden: the next visit begins in the page's own colour.
  }
  return school;
}

const dark = matchMedia("(prefers-color-scheme: dark)");

/** Light or dark, as chosen here or by the device. */
export function currentScheme(): Scheme {
  const chosen = document.documentElement.dataset.look;
  return chosen === "dark" || (chosen !== "light" && dark.matches) ? "dark" : "light";
}

/** Give the page a school's colour, in shades that can be read in light and in dark. */
export function paint(color: string | undefined): void {
  if (!color) return;
  const [light, dark] = [shades(color, "light"), shades(color, "dark")];
  const { style } = document.documentElement;
  for (const [shade, name] of Object.entries(NAMES))
    style.setProperty(name, `light-dark(${light[shade as keyof Shades]}, ${dark[shade as keyof Shades]})`);
}

const NAMES: Record<keyof Shades, string> = {
  accent: "--accent",
  onAccent: "--on-accent",
  ink: "--ink",
  wash: "--wash",
};
