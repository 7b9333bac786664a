import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { knownSchool, loadSchool, paint, type School } from "./school.ts";

/** Until the server has told; `color` empty: the page's own. */
const UNKNOWN: School = {
  name: "rtserver",
  color: "",
  logo: null,
  locale: "en",
  locales: ["en", "uk"],
  timezone: "UTC",
  version: "",
  sign_in: true,
  calls: false,
  files: { max_bytes: 10_485_760, types: [] },
};

const Schools = createContext<School>(UNKNOWN);

export function SchoolProvider({ children }: { children: ReactNode }) {
  const [school, setSchool] = useState(() => knownSchool() ?? UNKNOWN);
  useEffect(() => {
    loadSchool().then(setSchool, () => {}); // what is known, or the page's own look, does
  }, []);
  useEffect(() => {
    paint(school.color);
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (icon && school.logo) icon.href = school.logo;
  }, [school]);
  return <Schools value={school}>{children}</Schools>;
}

export function useSchool(): School {
  return useContext(Schools);
}
