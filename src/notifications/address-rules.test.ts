import { expect, test } from 'vitest';

import { isReachable, lookupWithin } from './address-rules.ts';

test.each([
  ['93.184.216.34', true, true, true],
  ['2606:2800:220:1::1', true, true, true],
  ['127.0.0.1', false, true, true],
  ['127.255.0.9', false, true, true],
  ['::1', false, true, true],
  ['::ffff:127.0.0.1', false, true, true],
  ['10.1.2.3', false, false, true],
  ['172.31.0.1', false, false, true],
  ['192.168.0.1', false, false, true],
  ['100.64.0.1', false, false, true],
  ['169.254.169.254', false, false, true],
  ['::ffff:10.0.0.1', false, false, true],
  ['fd00::1', false, false, true],
  ['fe80::1%eth0', false, false, true],
  ['0.0.0.0', false, false, false],
  ['::', false, false, false],
  ['224.0.0.1', false, false, false],
  ['255.255.255.255', false, false, false],
  ['64:ff9b::7f00:1', false, false, false],
  ['64:ff9b:1::a00:1', false, false, false],
  ['::10.0.0.1', false, false, false],
  ['::7f00:1', false, false, false],
  ['::ffff:0:10.0.0.1', false, false, false],
  ['3fff::1', false, false, false],
  ['2002:7f00:1::', false, false, false],
  ['localhost', false, false, false],
])('%s is reached from public: %s, loopback: %s, any: %s', (address, isPublic, isLoopback, isAny) => {
  expect(isReachable(address, 'public')).toBe(isPublic);
  expect(isReachable(address, 'loopback')).toBe(isLoopback);
  expect(isReachable(address, 'any')).toBe(isAny);
});

test.each([true, false])(
  'a name is judged by the addresses that it has when a connection is made, all: %s',
  async (all) => {
    const resolve = (reach: 'public' | 'loopback') =>
      new Promise<unknown>((done) => {
        lookupWithin(reach)('localhost', { all }, (error, address) => done(error ?? address));
      });
    expect(await resolve('public')).toMatchObject({ code: 'ADDRESS_REFUSED' });
    expect(JSON.stringify(await resolve('loopback'))).toMatch(/127\.0\.0\.1|::1/);
  },
);
