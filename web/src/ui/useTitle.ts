import { useEffect } from "react";
import { useSchool } from "../school/context.tsx";

/** Say in the window's title where one is; nothing as long as that isn't known. */
export function useTitle(title: string | undefined): void {
  const { name } = useSchool();
  useEffect(() => {
    document.title = title ? `${title} · ${name}` : name;
  }, [title, name]);
}
