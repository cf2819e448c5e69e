// Where the dashboard stands: at the root of its host, or below the prefix of a proxy. The page says so in its <base>,
// which browsers resolve relative addresses by; so every link and call begins without a slash.
function base(): URL {
  return new URL(".", document.baseURI);
}

/** The address of what stands below: "storage?tab=tree". */
export function addressBelow(path: string): URL {
  return new URL(path, base());
}

/** What of an address is below: "storage"; null for what is elsewhere. */
export function pathBelow(url: { origin: string; pathname: string }): string | null {
  const { origin, pathname } = base();
  if (url.origin !== origin) return null;
  if (url.pathname.startsWith(pathname)) return url.pathname.slice(pathname.length);
  return `${url.pathname}/` === pathname ? "" : null;
}
