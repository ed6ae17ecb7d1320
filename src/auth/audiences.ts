/** The resources that tokens are for. */

export interface Audiences {
  /** By name. The first is the one that is meant where none is named. */
  readonly names: readonly string[];
  /** The resource that the text means, as tokens name it: in any case, and with or without a slash at the end. */
  find(text: string): string | undefined;
}

export function listAudiences(names: readonly string[]): Audiences {
  return {
    names,
    find: (text) => {
      const wanted = foldAudience(text);
      return names.find((name) => foldAudience(name) === wanted);
    },
  };
}

/**
 * The named ones, and the server by its own address. Kiota asks for a token of the host that it calls when its client was
 * given no scopes: without the port in C#, with it in Go.
 */
export function withOwnAddress(names: readonly string[], isOwnAddress: (url: URL) => boolean): Audiences {
  const named = listAudiences(names);
  return {
    names,
    find: (text) => {
      const url = URL.parse(text);
      const isOwn = url !== null && url.href === `${url.origin}/` && isOwnAddress(url);
      return named.find(text) ?? (isOwn ? url.origin : undefined);
    },
  };
}

function foldAudience(audience: string): string {
  return (audience.endsWith('/') ? audience.slice(0, -1) : audience).toLowerCase();
}
