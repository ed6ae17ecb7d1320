import { expect, test } from 'vitest';

import { orderNews } from './order-news.ts';
import type { News } from './order-news.ts';

const news = (chain: number, place: number, changedAt: number, more: Partial<News> = {}): News => ({
  ...{ chain, place, changedAt },
  ...{ item: undefined, version: undefined, action: 'updated', isIdUnique: true, ...more },
});

const places = (ordered: readonly News[]) => ordered.map(({ chain, place }) => `${chain}/${place}`);

test('goes by time, and within a chain by place although its clock was set back', () => {
  const one = { hasMore: false, records: [news(1, 1, 100), news(1, 2, 50), news(1, 5, 110)] };
  const other = { hasMore: false, records: [news(2, 1, 60), news(2, 2, 105)] };
  expect(places(orderNews([one, other]))).toEqual(['2/1', '1/1', '1/2', '2/2', '1/5']);
});

test('waits with what is later than the end of a chain that has more', () => {
  const long = { hasMore: true, records: [news(1, 1, 100), news(1, 2, 200)] };
  const short = { hasMore: false, records: [news(2, 1, 150), news(2, 2, 201)] };
  expect(places(orderNews([long, short]))).toEqual(['1/1', '2/1', '1/2']);
});

test('is never empty when there is news, whatever the clocks say', () => {
  const back = { hasMore: true, records: [news(1, 1, 900), news(1, 2, 100)] };
  const other = { hasMore: true, records: [news(2, 1, 950)] };
  expect(places(orderNews([back, other]))).toEqual(['1/1', '1/2']);
});

test('puts changes of one item in the order of its versions, in the places that they have', () => {
  const ofItem = (version: number) => ({ item: 'a', version });
  const slow = {
    hasMore: false,
    records: [news(1, 1, 10, ofItem(2)), news(1, 2, 30), news(1, 3, 90, { ...ofItem(4), action: 'deleted' })],
  };
  const fast = { hasMore: false, records: [news(2, 1, 20, ofItem(1)), news(2, 2, 95, ofItem(3))] };
  expect(places(orderNews([slow, fast]))).toEqual(['2/1', '1/1', '1/2', '2/2', '1/3']);
});

test('leaves an item that was made again after its removal in the order of time', () => {
  const before = news(1, 1, 10, { item: 'a', version: 7, action: 'deleted', isIdUnique: false });
  const after = news(1, 2, 30, { item: 'a', version: 1, action: 'created', isIdUnique: false });
  const one = { hasMore: false, records: [before, after] };
  expect(places(orderNews([one]))).toEqual(['1/1', '1/2']);
});
