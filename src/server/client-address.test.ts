import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { findSender } from './client-address.ts';
import { trustConnected, trustProxies } from './proxies.ts';

const nobody = () => false;

const request = (remoteAddress: string | undefined, forwarded?: string) =>
  ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage;

describe('the sender of a request', () => {
  test.each([
    ['127.0.0.1', 'loopback'],
    ['127.9.8.7', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:0:7::1', '2001:db8:0:7::/64'],
    ['2001:DB8::7:1:2:3:4', '2001:db8:0:7::/64'],
    ['2001:0db8:0000:0007:ffff:ffff:ffff:ffff', '2001:db8:0:7::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    [undefined, ''],
  ])('at %s is %s', (address, sender) => {
    expect(findSender(request(address), nobody)).toBe(sender);
  });

  test.each([
    ['198.51.100.7', '198.51.100.7'],
    ['203.0.113.1, 198.51.100.7', '198.51.100.7'],
    ['198.51.100.7:4711', '198.51.100.7'],
    ['[2001:db8::1]:4711', '2001:db8:0:0::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['unknown', '192.0.2.1'],
    ['', '192.0.2.1'],
    [undefined, '192.0.2.1'],
  ])('is whom a trusted proxy names last: of %j, %s', (forwarded, sender) => {
    expect(findSender(request('192.0.2.1', forwarded), trustConnected)).toBe(sender);
    expect(findSender(request('192.0.2.1', forwarded), nobody)).toBe('192.0.2.1');
  });

  test.each([
    ['192.0.2.9', '203.0.113.1, 10.1.2.3', '203.0.113.1'],
    ['::ffff:192.0.2.9', '203.0.113.1, 198.51.100.7, 10.1.2.3, 10.9.9.9', '198.51.100.7'],
    ['2001:db8:1::5', '203.0.113.1', '203.0.113.1'],
    // Not one of ours.
    ['192.0.3.9', '203.0.113.1', '192.0.3.9'],
    ['192.0.2.9', '10.1.2.3', '10.1.2.3'],
  ])('of a request from %s, forwarded for %s, is %s', (address, forwarded, sender) => {
    const isProxy = trustProxies(['192.0.2.0/24', '10.0.0.0/8', '2001:db8:1::/48']);
    expect(findSender(request(address, forwarded), isProxy)).toBe(sender);
  });
});
