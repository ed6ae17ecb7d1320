/** The capacity table of docs/scale.md follows from the inputs at its top, so that a new measurement is entered in one place. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const text = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'scale.md'), 'utf8');

/** The cells of the rows of the table with this first heading, without the headings. */
function readTable(firstHeading: string): readonly (readonly string[])[] {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${firstHeading}`));
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  return lines.slice(start + 2, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const inputs = readTable('Input').map(([, value]) => Number(value));
const [bytes, createsASecond, plannedShare, activitiesAYear, writes, reads, busiestHour, peak] = inputs as [
  ...[number, number, number, number, number, number, number, number],
];

const print = (value: number, digits: number) =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });

function capacityOf(learners: number): readonly string[] {
  const activitiesADay = (learners * activitiesAYear) / 365;
  const writesASecond = ((activitiesADay * writes * busiestHour) / 3600) * peak;
  const requests = writesASecond * (1 + reads);
  const servers = Math.ceil(requests / (createsASecond * plannedShare));
  const gigabytes = (learners * activitiesAYear * bytes) / 1e9;
  const figures = [print(writesASecond, 1), print(requests, 1), print(servers, 0), print(gigabytes, 1)];
  return [print(learners, 0), print(activitiesADay, 0), ...figures];
}

test('the inputs are eight numbers', () => {
  expect(inputs.filter((value) => value > 0)).toHaveLength(8);
});

test('the capacity table is what they come to', () => {
  expect(readTable('Learners')).toEqual([10_000, 1_000_000, 100_000_000].map(capacityOf));
});
