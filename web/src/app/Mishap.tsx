import { Component, type ReactNode } from "react";
import { Translation } from "react-i18next";
import { Button } from "../ui/Button.tsx";
import { Doodle } from "../ui/Doodle.tsx";
import { Heading } from "../ui/Heading.tsx";
import { Sheet } from "../ui/Sheet.tsx";

interface Props {
  children: ReactNode;
  /** What to show of a part of the page, around which all goes on; `again` builds it up anew. */
  instead?: (again: () => void) => ReactNode;
}

/** Says what to do where the page, or a part of it, has failed by a mistake of its own. */
export class Mishap extends Component<Props, { error?: unknown }> {
  override state: { error?: unknown } = {};

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    const { children, instead } = this.props;
    if (this.state.error === undefined) return children;
    if (instead) return instead(() => this.setState({ error: undefined }));
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
