/** Who sent a request, by network address. */
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/**
 * Gives one text for all addresses that one sender can have: those of loopback, those of an IPv6 network of 64 bits. Behind a
 * trusted proxy, X-Forwarded-For says it: each proxy appends whom it got the request from, so that only the last one is
 * known to be no invention of the client.
 */
export function findSender({ headers, socket }: IncomingMessage, isProxyTrusted: boolean): string {
  const forwarded = isProxyTrusted ? String(headers['x-forwarded-for'] ?? '') : '';
  const told = readAddress(forwarded.split(',').at(-1)?.trim() ?? '');
  return foldAddress(told ?? socket.remoteAddress ?? '');
}

/** Some proxies write the port as well. */
function readAddress(text: string): string | undefined {
  const address = isIP(text) === 0 ? URL.parse(`http://${text}`)?.hostname.replaceAll(/[[\]]/g, '') : text;
  return address !== undefined && isIP(address) !== 0 ? address : undefined;
}

function foldAddress(written: string): string {
  const address = written.replace(/^::ffff:(?=[\d.]+$)/i, '').replace(/%.*$/, '');
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
