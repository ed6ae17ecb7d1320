/** What decides whether a tag becomes a release. */
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';

const SCRIPT = join(import.meta.dirname, '..', '..', 'scripts', 'release-notes.ts');

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'vivarium-release-'));
  mkdirSync(join(root, 'scripts'));
  copyFileSync(SCRIPT, join(root, 'scripts', 'release-notes.ts'));
  writeFileSync(join(root, 'package.json'), JSON.stringify({ type: 'module', version: '1.2.3' }));
});
afterEach(() => rmSync(root, { recursive: true }));

async function printNotes(
  tag: string,
  changelog: string,
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  writeFileSync(join(root, 'CHANGELOG.md'), changelog);
  return promisify(execFile)(process.execPath, [join(root, 'scripts', 'release-notes.ts'), tag]);
}

test('the notes of a release are its section of the changelog', async () => {
  const changelog =
    '# Changelog\n\n## Unreleased\n\n- later\n\n## 1.2.3 - 2026-11-30\n\n### Added\n\n- one\n\n## 1.2.2 - 2026-01-01\n\n- old\n';
  expect((await printNotes('v1.2.3', changelog)).stdout).toBe('### Added\n\n- one\n');
  const last = '# Changelog\n\n## 1.2.3 - 2026-11-30\n\n- only\n';
  expect((await printNotes('v1.2.3', last)).stdout).toBe('- only\n');
});

test.each([
  [
    'v1.2.4',
    '## 1.2.3 - 2026-11-30\n\n- one\n',
    'The tag is "v1.2.4", and package.json has version 1.2.3: tag v1.2.3.',
  ],
  ['v1.2.3', '## Unreleased\n\n- one\n', 'CHANGELOG.md has no section "## 1.2.3 - YYYY-MM-DD".'],
  [
    'v1.2.3',
    '## 1.2.3 - 2026-11-30\n\n## 1.2.2 - 2026-01-01\n\n- old\n',
    'The section of 1.2.3 in CHANGELOG.md is empty.',
  ],
])('the tag %s is refused when the changelog has %j', async (tag, changelog, problem) => {
  await expect(printNotes(tag, changelog)).rejects.toMatchObject({ code: 1, stderr: `${problem}\n` });
});
