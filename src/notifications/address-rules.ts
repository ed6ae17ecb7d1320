/**
 * Which addresses notifications may be sent to, so that no subscriber can make the server send requests into its own network
 * (SSRF). Checked for the address of each connection, not for the name, which may resolve differently by then.
 */
import { lookup as lookUp } from 'node:dns';
import type { LookupAddress } from 'node:dns';
import { lookup as resolve } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import type { LookupFunction } from 'node:net';

import type { NotificationReach } from '../model/notification-reach.ts';

type Range = readonly [network: string, prefix: number];

const LOOPBACK: readonly Range[] = [
  ['127.0.0.0', 8],
  ['::1', 128],
];
/** Private, shared and link-local, which includes metadata services of clouds. */
const PRIVATE: readonly Range[] = [
  ...([
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.168.0.0', 16],
  ] as const),
  ...([
    ['fc00::', 7],
    ['fe80::', 10],
    ['fec0::', 10],
  ] as const),
];
/** Special purposes by RFC 6890, multicast and reserved. */
const NO_HOSTS: readonly Range[] = [
  ...([
    ['0.0.0.0', 8],
    ['192.0.0.0', 24],
    ['192.0.2.0', 24],
    ['192.88.99.0', 24],
    ['198.18.0.0', 15],
  ] as const),
  ...([
    ['198.51.100.0', 24],
    ['203.0.113.0', 24],
    ['224.0.0.0', 4],
    ['240.0.0.0', 4],
  ] as const),
  ...([
    ['::', 128],
    ['100::', 64],
    ['2001:db8::', 32],
    ['3fff::', 20],
    ['5f00::', 16],
    ['ff00::', 8],
  ] as const),
  // These embed an IPv4 address, which may be private: translated (RFC 2765, 6052, 8215), Teredo, 6to4.
  ...([
    ['::ffff:0:0:0', 96],
    ['64:ff9b::', 96],
    ['64:ff9b:1::', 48],
    ['2001::', 23],
    ['2002::', 16],
  ] as const),
];

const REFUSED: Readonly<Record<NotificationReach, BlockList>> = {
  public: listOf([...LOOPBACK, ...PRIVATE, ...NO_HOSTS]),
  loopback: listOf([...PRIVATE, ...NO_HOSTS]),
  any: listOf(NO_HOSTS),
};

function listOf(ranges: readonly Range[]): BlockList {
  const list = new BlockList();
  // IPv4-compatible (RFC 4291): all of ::/96 but :: and ::1, which have ranges of their own.
  list.addRange('::2', '::ffff:ffff', 'ipv6');
  for (const [network, prefix] of ranges) list.addSubnet(network, prefix, isIP(network) === 4 ? 'ipv4' : 'ipv6');
  return list;
}

export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
  readonly code = 'ADDRESS_REFUSED';
}

/** An IPv4-mapped IPv6 address is judged by its IPv4 address. */
export function isReachable(address: string, reach: NotificationReach): boolean {
  const family = isIP(address.replace(/%.*$/, ''));
  return family !== 0 && !REFUSED[reach].check(address.replace(/%.*$/, ''), family === 4 ? 'ipv4' : 'ipv6');
}

/** Whether the host has addresses, but none that may be reached. A name without an address yet is accepted. */
export async function isRefusedHost(url: URL, reach: NotificationReach): Promise<boolean> {
  const literal = literalAddress(url);
  if (literal !== undefined) return !isReachable(literal, reach);
  const found = await resolve(url.hostname, { all: true }).catch(() => []);
  return found.length > 0 && !found.some(({ address }) => isReachable(address, reach));
}

/** The IP address in a URL; `undefined` for a name. */
export function literalAddress({ hostname }: URL): string | undefined {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return isIP(bare) === 0 ? undefined : bare;
}

/** For connections, instead of Node's own lookup: the allowed addresses of a name. @throws AddressRefused when it has none */
export function lookupWithin(reach: NotificationReach): LookupFunction {
  return (hostname, options, callback) => {
    lookUp(hostname, { ...options, all: true }, (error, found) => {
      const addresses = error === null ? found.filter(({ address }) => isReachable(address, reach)) : [];
      const [first] = addresses;
      if (first === undefined) return callback(error ?? refusedName(hostname), '', 0);
      if (options.all === true) return (callback as AllCallback)(null, addresses);
      callback(null, first.address, first.family);
    });
  };
}

type AllCallback = (error: null, addresses: readonly LookupAddress[]) => void;

function refusedName(hostname: string): AddressRefused {
  return new AddressRefused(`${hostname} has no address that notifications may be sent to.`);
}
