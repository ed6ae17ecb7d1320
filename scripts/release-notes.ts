// Prints what CHANGELOG.md says of a release. Refuses a tag that package.json and CHANGELOG.md do not name: `node scripts/release-notes.ts v0.2.0`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const [tag = ''] = process.argv.slice(2);
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string };
const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
const [, date, notes = ''] =
  new RegExp(String.raw`^## ${RegExp.escape(version)} - (\d{4}-\d{2}-\d{2})\n([^]*?)(?=^## |(?![^]))`, 'm').exec(
    changelog,
  ) ?? [];
const problems = [
  ...(tag === `v${version}` ? [] : [`The tag is "${tag}", and package.json has version ${version}: tag v${version}.`]),
  ...(date === undefined ? [`CHANGELOG.md has no section "## ${version} - YYYY-MM-DD".`] : []),
  ...(date !== undefined && notes.trim() === '' ? [`The section of ${version} in CHANGELOG.md is empty.`] : []),
];
if (problems.length > 0) {
  for (const problem of problems) console.error(problem);
  process.exitCode = 1;
} else console.log(notes.trim());
