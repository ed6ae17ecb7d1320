/**
 * Which addresses notifications may be sent to, so that nobody has the server send requests into the network that it
 * stands in. The address is judged that a connection is made to, not the name: a name may have another one by then.
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
/** Private, shared and link-local: the last has the metadata of clouds. */
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
/** Special purposes by RFC 6890, multicast and reserved; the last three carry addresses of IPv4 within. */
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
    ['ff00::', 8],
  ] as const),
  ...([
    ['64:ff9b::', 95],
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
  for (const [network, prefix] of ranges) list.addSubnet(network, prefix, isIP(network) === 4 ? 'ipv4' : 'ipv6');
  return list;
}

export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
  readonly code = 'ADDRESS_REFUSED';
}

/** An address of IPv4 within one of IPv6 is judged as itself. */
export function isReachable(address: string, reach: NotificationReach): boolean {
  const family = isIP(address.replace(/%.*$/, ''));
  return family !== 0 && !REFUSED[reach].check(address.replace(/%.*$/, ''), family === 4 ? 'ipv4' : 'ipv6');
}

/** Whether the host has addresses, and none that may be reached: who has no address yet may get one. */
export async function isRefusedHost(url: URL, reach: NotificationReach): Promise<boolean> {
  const literal = literalAddress(url);
  if (literal !== undefined) return !isReachable(literal, reach);
  const found = await resolve(url.hostname, { all: true }).catch(() => []);
  return found.length > 0 && !found.some(({ address }) => isReachable(address, reach));
}

/** The address that a URL has in place of a name; `undefined` for a name. */
export function literalAddress({ hostname }: URL): string | undefined {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return isIP(bare) === 0 ? undefined : bare;
}

/** In place of Node's own when a connection is made: gives the addresses of a name that may be connected to, or fails. */
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
