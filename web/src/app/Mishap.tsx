import { Component, type ReactNode } from "react";
import { Translation } from "react-i18next";
import { Button } from "../ui/Button.tsx";
import { Doodle } from "../ui/Doodle.tsx";
import { Heading } from "../ui/Heading.tsx";
import { Sheet } from "../ui/Sheet.tsx";

/** Says what to do where the page has failed by a mistake of its own. */
export class Mishap extends Component<{ children: ReactNode }, { error?: unknown }> {
  override state: { error?: unknown } = {};

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (this.state.error === undefined) return this.props.children;
    return (
      <Translation>
        {(t) => (
          <Sheet>
            <Doodle of="pencil" />
            <Heading>{t("app.failed.title")}</Heading>
            <p role="alert">{t("app.failed.text")}</p>
            <Button kind="primary" large onClick={() => location.reload()}>
              {t("app.reload")}
            </Button>
          </Sheet>
        )}
      </Translation>
    );
  }
}
