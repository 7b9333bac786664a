import "./early.ts";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/unstarted.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App.tsx";
import { loadAhead } from "./app/ahead.ts";
import { Mishap } from "./app/Mishap.tsx";
import { showUnstarted } from "./app/unstarted.ts";
import { SchoolProvider } from "./school/context.tsx";
import { applyLook } from "./school/look.ts";
import { knownSchool, paint } from "./school/school.ts";
import { SessionProvider } from "./session/context.tsx";
import { Session } from "./session/session.ts";
import { guessLanguage, startTexts } from "./texts/i18n.ts";
import { keepFocus } from "./ui/keepFocus.ts";

applyLook();
paint(knownSchool()?.color);

const session = new Session();
void session.start();
if (session.who.get().kind === "starting") loadAhead(location.pathname);
void startTexts(guessLanguage(knownSchool()?.locale)).then(show, showUnstarted);

function show(): void {
  const root = document.getElementById("root")!;
  keepFocus(root);
  createRoot(root).render(
    <StrictMode>
      <Mishap>
        <SessionProvider session={session}>
          <SchoolProvider>
            <App />
          </SchoolProvider>
        </SessionProvider>
      </Mishap>
    </StrictMode>,
  );
}
