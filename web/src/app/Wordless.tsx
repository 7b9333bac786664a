import { Button } from "../ui/Button.tsx";
import { Doodle } from "../ui/Doodle.tsx";
import { Sheet } from "../ui/Sheet.tsx";

const reload = () => location.reload();

/** Stands there if not even the page's words have come, and so in all languages that it speaks. */
export function Wordless() {
  return (
    <Sheet>
      <Doodle of="cloud" />
      <h1>This page couldn't be loaded</h1>
      <Button kind="primary" large onClick={reload}>
        Load the page again
      </Button>
      <h2 lang="uk">Не вдалося завантажити сторінку</h2>
      <Button kind="primary" large lang="uk" onClick={reload}>
        Оновити сторінку
      </Button>
    </Sheet>
  );
}
