import { type DragEvent, useState } from "react";

/** Files dropped onto a part of the page; without `onFiles` nothing is taken. */
export function useDrop(onFiles: ((files: FileList) => void) | undefined) {
  const [isOver, setOver] = useState(false);
  const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes("Files");
  const props = {
    onDragOver: (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault(); // else the browser would open the file instead of the room
      event.dataTransfer.dropEffect = onFiles ? "copy" : "none";
      setOver(!!onFiles);
    },
    onDragLeave: (event: DragEvent) => {
      if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
    },
    onDrop: (event: DragEvent) => {
      setOver(false);
      if (!hasFiles(event)) return;
      event.preventDefault();
      onFiles?.(event.dataTransfer.files);
    },
  };
  return { isOver, props };
}
