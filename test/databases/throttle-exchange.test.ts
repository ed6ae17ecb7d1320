/** What servers tell each other of the requests that they admit, exchange by exchange; the rest is in nodes.test.ts. */
import { describe, expect, test } from 'vitest';

import type { Principal } from '../../src/auth/principal.ts';
import { getGuid } from '../../src/lib/ids.ts';
import type { AppId, TenantId } from '../../src/lib/ids.ts';
import { createThrottleExchange } from '../../src/server/throttle-exchange.ts';
import { createThrottle } from '../../src/server/throttle.ts';
import type { SharedThrottle } from '../../src/server/throttle.ts';
import type { SqlConnection } from '../../src/store/connection.ts';
import { createThrottleStore } from '../../src/store/throttle-store.ts';
import { createTestClock } from '../server/issuer/authority.ts';
import { STORE_DRIVERS } from '../support/store.ts';

const LIMIT = 10;
const tenantId = getGuid<TenantId>('11111111-0000-4000-8000-000000000001');
const appOf = (number: number): Principal => ({
  kind: 'application',
  tenantId,
  appId: getGuid<AppId>(`33333333-0000-4000-8000-00000000000${number}`),
  permissions: new Set(),
});

/** How many of so many requests are admitted. */
function ask(throttle: SharedThrottle, times: number, app = appOf(1)): number {
  const isAdmitted = (): boolean => {
    try {
      throttle.count(app);
      return true;
    } catch {
      return false;
    }
  };
  return Array.from({ length: times }, isAdmitted).filter((admitted) => admitted).length;
}

describe.each(STORE_DRIVERS)('servers on one $name database', ({ create }) => {
  const clock = createTestClock();
  const open = (connection: SqlConnection) => {
    const throttle = createThrottle({ app: LIMIT, tenant: 0 }, clock) as SharedThrottle;
    const exchange = createThrottleExchange({ throttle, store: createThrottleStore(connection), clock });
    return { throttle, exchange };
  };

  test('count each other’s requests once, by app', async () => {
    await using database = create();
    const [one, other] = [open(await database.open()), open(database.connect())];
    expect(ask(one.throttle, 3)).toBe(3);
    await one.exchange();
    for (let times = 0; times < 3; times += 1) await other.exchange();
    expect(ask(other.throttle, LIMIT)).toBe(LIMIT - 3);
    expect(ask(other.throttle, LIMIT, appOf(2))).toBe(LIMIT);
    await other.exchange();
    await one.exchange();
    expect(ask(one.throttle, 1)).toBe(0);
  });

  test('share the limit of a tenant, of which a refused request takes nothing', async () => {
    await using database = create();
    const open = (connection: SqlConnection) => {
      const throttle = createThrottle({ app: 4, tenant: LIMIT }, clock) as SharedThrottle;
      return {
        throttle,
        exchange: createThrottleExchange({ throttle, store: createThrottleStore(connection), clock }),
      };
    };
    const [one, other] = [open(await database.open()), open(database.connect())];
    expect(ask(one.throttle, 20)).toBe(4);
    expect(ask(one.throttle, 3, appOf(2))).toBe(3);
    await one.exchange();
    await other.exchange();
    expect(ask(other.throttle, 4, appOf(3))).toBe(LIMIT - 7);
    expect(ask(other.throttle, 1, appOf(2))).toBe(0);
    clock.advance(60_000);
    expect(ask(other.throttle, 20, appOf(3))).toBe(4);
  });

  test('do not count their own requests again', async () => {
    await using database = create();
    const { throttle, exchange } = open(await database.open());
    ask(throttle, 3);
    await exchange();
    await exchange();
    expect(ask(throttle, LIMIT)).toBe(LIMIT - 3);
  });

  test('fill again together', async () => {
    await using database = create();
    const [one, other] = [open(await database.open()), open(database.connect())];
    ask(one.throttle, LIMIT);
    await one.exchange();
    await other.exchange();
    expect(ask(other.throttle, 1)).toBe(0);
    clock.advance(60_000);
    await one.exchange();
    await other.exchange();
    expect(ask(other.throttle, LIMIT)).toBe(LIMIT);
  });

  test('tell later what could not be told, and forget what was told a minute ago', async () => {
    await using database = create();
    const connection = await database.open();
    const [one, other] = [open(connection), open(database.connect())];
    await connection.script('alter table throttle_report rename to throttle_report_away');
    ask(one.throttle, 3);
    await expect(one.exchange()).rejects.toThrow();
    ask(one.throttle, 1);
    await connection.script('alter table throttle_report_away rename to throttle_report');
    await one.exchange();
    await other.exchange();
    expect(ask(other.throttle, LIMIT)).toBe(LIMIT - 4);
    clock.advance(61_000);
    await other.exchange();
    const reports = await connection.read({ name: 'reports', sql: 'select counts from throttle_report' }, {});
    expect(reports).toEqual([{ counts: JSON.stringify({ [`${tenantId}/${appOf(1).appId}`]: LIMIT - 4 }) }]);
  });
});
