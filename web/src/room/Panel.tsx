import { Tab, TabList, TabPanel, Tabs } from "react-aria-components/Tabs";
import { useTranslation } from "react-i18next";
import { Button } from "../ui/Button.tsx";
import { Count } from "../ui/Count.tsx";
import { CrossIcon } from "../ui/icons.tsx";
import { ChatPanel } from "./chat/ChatPanel.tsx";
import { HandIcon } from "./icons.tsx";
import style from "./Panel.module.css";
import { PeoplePanel } from "./people/PeoplePanel.tsx";
import { useRoom } from "./RoomContext.tsx";
import { countText, useCounts } from "./useCounts.ts";
import type { Places, Tab as TabName } from "./usePlaces.ts";

/** Chat and people, beside the board; both stay as they are while one looks elsewhere. */
export function Panel({ places }: { places: Places }) {
  const { t } = useTranslation();
  const { lesson } = useRoom();
  const { tab, isPanelShown, isPhone, turnTo, closePanel } = places;
  const isShown = (name: TabName) => isPanelShown && tab === name;
  return (
    <aside className={style.panel} aria-label={t("room.panel")} hidden={!isPanelShown}>
      <Tabs className={style.tabs!} selectedKey={tab} onSelectionChange={(key) => turnTo(key as TabName)}>
        <div className={style.head} hidden={isPhone}>
          <TabList className={style.list!} aria-label={t("room.panel")}>
            <Tab id="chat" className={style.tab!}>
              <ChatTab />
            </Tab>
            <Tab id="people" className={style.tab!}>
              <PeopleTab />
            </Tab>
          </TabList>
          <Button kind="quiet" icon aria-label={t("room.close_panel")} onClick={closePanel}>
            <CrossIcon />
          </Button>
        </div>
        <TabPanel id="chat" className={style.content!} shouldForceMount>
          <ChatPanel lesson={lesson} isShown={isShown("chat")} />
        </TabPanel>
        <TabPanel id="people" className={style.content!} shouldForceMount>
          <PeoplePanel lesson={lesson} isShown={isShown("people")} />
        </TabPanel>
      </Tabs>
    </aside>
  );
}

function ChatTab() {
  const { t } = useTranslation();
  const { unread, held } = useCounts();
  return (
    <>
      {t("room.chat")}
      {held > 0 && (
        <>
          <Count count={held} isWaiting />
          <span className="aside">{t("chat.held", { count: held })}</span>
        </>
      )}
      {unread > 0 && (
        <>
          <Count count={countText(unread)} />
          <span className="aside">{t("lesson.unread", { count: unread })}</span>
        </>
      )}
    </>
  );
}

function PeopleTab() {
  const { t } = useTranslation();
  const { present, hands } = useCounts();
  return (
    <>
      {t("room.people")}
      <span className={style.quiet}>{present}</span>
      {hands > 0 && (
        <span className={style.hands}>
          <HandIcon size={18} />
          <span aria-hidden="true">{hands}</span>
          <span className="aside">{t("room.hands", { count: hands })}</span>
        </span>
      )}
    </>
  );
}
