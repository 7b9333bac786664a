export const parseMermaidToExcalidraw = () => Promise.reject(new Error("There is no mermaid here."));
