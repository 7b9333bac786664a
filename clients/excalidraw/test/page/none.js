// Instead of mermaid, of 3 MB, which makes drawings of text.
export const parseMermaidToExcalidraw = () => Promise.reject(new Error("There is no mermaid here."));
