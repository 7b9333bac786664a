/** Have the browser save what is at an address, under a name. */
export function save(url: string, name?: string): void {
  const link = Object.assign(document.createElement("a"), { href: url, ...(name !== undefined && { download: name }) });
  link.click();
}
