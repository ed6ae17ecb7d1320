/** Whose tokens the server believes: its own authority's, unless switched off, and those of the trusted issuers. */
import { withOwnAddress } from '../auth/audiences.ts';
import type { Audiences } from '../auth/audiences.ts';
import { RemoteKeys } from '../auth/remote-keys.ts';
import { issuerUrl, trustOutsideIssuer, trustOwnIssuer } from '../auth/trusted-issuers.ts';
import type { TrustedIssuer } from '../auth/trusted-issuers.ts';
import { monotonicMs } from '../lib/clock.ts';
import type { Settings } from '../config/settings.ts';
import { isConsoleApp } from '../model/console-apps.ts';
import type { Events } from '../telemetry/events.ts';
import type { Parts } from './parts.ts';

/** The outside issuers of the settings. To be disposed of after the server: then no fetch of keys is under way. */
export interface OutsideIssuers extends AsyncDisposable {
  readonly issuers: readonly TrustedIssuer[];
}

export function openOutsideIssuers(settings: Settings, events: Events): OutsideIssuers {
  const open = new AsyncDisposableStack();
  const issuers = settings.trustedIssuers.map((issuer) => {
    const [name] = issuer.names;
    const keys = open.use(
      new RemoteKeys({
        source: issuer,
        clock: { now: monotonicMs },
        floorMs: settings.issuerKeyFloorSeconds * 1000,
        timeoutMs: settings.issuerTimeoutMs,
        onFetched: (keyCount) => events.issuerKeysFetched(name, keyCount),
        onFailed: (cause) => events.issuerKeysUnavailable(name, cause),
      }),
    );
    return trustOutsideIssuer(issuer, (keyId) => keys.find(keyId), settings.clockSkewSeconds * 1000);
  });
  return { issuers, [Symbol.asyncDispose]: () => open.disposeAsync() };
}

/** The own authority first: in a sandbox most tokens are its. */
export function listIssuers(parts: Parts): readonly TrustedIssuer[] {
  const { settings, keys, findBaseUrl, outsideIssuers } = parts;
  const own = trustOwnIssuer({ keys, audiences: openAudiences(parts), findOrigins: () => new Set([findBaseUrl()]) });
  if (settings.embeddedIssuer) return [own, ...outsideIssuers];
  // The console's own tokens are signed here in any case.
  return settings.console && parts.admin !== undefined
    ? [{ ...own, isApp: isConsoleApp }, ...outsideIssuers]
    : outsideIssuers;
}

/** What its tokens may be for: the resources of the settings, and the server by its own address, with or without a port. */
export function openAudiences({
  settings,
  findUrls,
  isOwnHost,
}: Pick<Parts, 'settings' | 'findUrls' | 'isOwnHost'>): Audiences {
  return withOwnAddress(settings.audiences, ({ origin, protocol, hostname, port }) => {
    const own = findUrls().map((url) => new URL(url));
    const isHost = isOwnHost(origin) || own.some((url) => url.hostname === hostname);
    return isHost && own.some((url) => url.protocol === protocol && (port === '' || port === url.port));
  });
}

/** The issuer that clients without a token are pointed to, by its name. */
export function findAuthority({ settings, findBaseUrl }: Pick<Parts, 'settings' | 'findBaseUrl'>): string {
  const [outside] = settings.trustedIssuers;
  return settings.embeddedIssuer || outside === undefined
    ? issuerUrl(findBaseUrl(), 'common', '2.0')
    : outside.names[0];
}
