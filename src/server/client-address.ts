/** The sender of a request, by network address. */
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

import type { ProxyCheck } from './proxies.ts';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/**
 * Addresses that one sender can easily have several of are folded into one: all of loopback, and each IPv6 /64. Behind trusted
 * proxies it is the last entry of X-Forwarded-For that is not a proxy: the proxies appended what follows it, while clients can
 * forge what precedes it. @param isProxy whether what the address says of the hop before it is trusted
 */
export function findSender({ headers, socket }: IncomingMessage, isProxy: ProxyCheck): string {
  let sender = foldMapped(socket.remoteAddress ?? '');
  const forwarded = String(headers['x-forwarded-for'] ?? '').split(',');
  for (let hop = 0; forwarded.length > 0 && isProxy(sender, hop); hop += 1) {
    const address = readAddress(forwarded.pop()?.trim() ?? '');
    if (address === undefined) break;
    sender = foldMapped(address);
  }
  return foldAddress(sender);
}

/** Some proxies write the port as well. */
function readAddress(text: string): string | undefined {
  const address = isIP(text) === 0 ? URL.parse(`http://${text}`)?.hostname.replaceAll(/[[\]]/g, '') : text;
  return address !== undefined && isIP(address) !== 0 ? address : undefined;
}

/** A socket that takes both versions shows IPv4 addresses as IPv6 ones. */
function foldMapped(address: string): string {
  return address.replace(/^::ffff:(?=[\d.]+$)/i, '');
}

function foldAddress(written: string): string {
  const address = written.replace(/%.*$/, '');
  const version = isIP(address);
  if (version !== 0 && LOOPBACK.check(address, version === 4 ? 'ipv4' : 'ipv6')) return 'loopback';
  return version === 6 ? networkOf(address) : address;
}

/** The first four of its eight groups. */
function networkOf(address: string): string {
  const [head = '', tail] = address.toLowerCase().split('::');
  const groups = head === '' ? [] : head.split(':');
  const others = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - groups.length - others.length) }, () => '0');
  const whole = tail === undefined ? groups : [...groups, ...zeros, ...others];
  return `${whole
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
