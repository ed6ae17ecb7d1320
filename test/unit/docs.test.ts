import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { slugOf } from '../../site/links.ts';
import { SECTIONS } from '../../site/pages.ts';

// What the documents say of the project itself: links, file names, the test command, the numbers of the decisions.

const root = join(import.meta.dirname, '..', '..');
const ignoredNames = new Set(['.git', ...readFileSync(join(root, '.gitignore'), 'utf8').split(/\/?\r?\n/)]);
const files = listFiles('');
const documents = files.filter((file) => file.endsWith('.md') || file === 'llms.txt');

test('there are documents to look at', () => {
  expect(documents).toEqual(expect.arrayContaining(['README.md', 'docs/architecture.md', 'CONTRIBUTING.md']));
});

describe.each(documents)('%s', (document) => {
  const prose = withoutBlocks(read(document));

  test('links lead to files and headings that exist', () => {
    expect(linksOf(prose).filter((link) => !leadsSomewhere(document, link))).toEqual([]);
  });

  test('names source files that exist', () => {
    const names = [...prose.matchAll(/`([\w./-]+\.(?:ts|js|cjs|sql))`/g)].map(([, name = '']) => name);
    // A guide names the files that its reader is to save its blocks as; those of the project stand in folders.
    const own = /^docs\/(clients|guides)\//.test(document) ? names.filter((name) => name.includes('/')) : names;
    expect(own.filter((name) => !files.some((file) => `/${file}`.endsWith(`/${name}`)))).toEqual([]);
  });
});

describe('the four walks of the architecture', () => {
  const [, section = ''] = /^## Four walks\n([^]*?)^## /m.exec(read('docs/architecture.md')) ?? [];
  const walks = section.split(/^\d\. /m).slice(1);

  test('are four', () => expect(walks).toHaveLength(4));

  test.each(walks.map((walk) => [/\*\*(.*?)\*\*/.exec(walk)?.[1], walk] as const))(
    'names what its files have: %s',
    (_, walk) => {
      const words = [...walk.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);
      const sources = words.filter((word) => word.endsWith('.ts')).map((name) => read(join('src', name)));
      const names = words.filter((word) => /^\w+$/.test(word));
      expect(names.length).toBeGreaterThan(1);
      expect(names.filter((name) => !sources.some((source) => new RegExp(`\\b${name}\\b`).test(source)))).toEqual([]);
    },
  );
});

test('the README states the test command once, and .ci/run calls it', () => {
  const [command, ...others] = blocksOf(read('README.md')).filter((block) => block.includes('npm test'));
  expect({ command, others }).toEqual({ command: 'npm ci && npm test', others: [] });
  expect(read('.ci/run').split('\n')).toContain(command);
});

test('every document is in the list that the index and the sidebar are made of, once', () => {
  const listed = SECTIONS.flatMap(({ pages }) => pages.map(({ file }) => file));
  const isListed = (file: string): boolean =>
    /^docs\/.*\.md$/.test(file) && !/^docs\/(decisions\/|index\.md$)/.test(file);
  const own = ['CHANGELOG.md', 'CONTRIBUTING.md', 'README.md', 'SECURITY.md'];
  expect(listed.toSorted()).toEqual([...own, ...documents.filter(isListed)].toSorted());
});

describe('the pages that newcomers begin with', () => {
  const pages = documents.filter((file) => /^(README|docs\/clients\/README|docs\/guides\/.*)\.md$/.test(file));
  /** Calls of npm and of this project are the same in both shells. */
  const isNeutral = (block: string): boolean => /^(?:(?:npm|npx) [\w @./:&-]*\n)+$/.test(block);

  test.each(pages)('%s has a block for PowerShell after each that is for a POSIX shell alone', (page) => {
    const blocks = [...read(page).matchAll(/^```sh\n([^]*?)^```$(\n\n```powershell$)?/gm)];
    const alone = blocks.filter(([, block = '', sibling]) => sibling === undefined && !isNeutral(block));
    expect(alone.map(([, block]) => block)).toEqual([]);
  });
});

test('decisions are numbered without gaps, are short, and say what they were made from', () => {
  const names = documents.filter((file) => file.startsWith('docs/decisions/')).toSorted();
  const numbers = names.map((name) => Number.parseInt(basename(name), 10));
  expect(numbers).toEqual(names.map((_, index) => index + 1));
  for (const [index, name] of names.entries()) {
    const text = read(name);
    expect(text.split('\n').length, name).toBeLessThanOrEqual(40);
    expect(text.match(/^#+ .*$/gm), name).toEqual([
      expect.stringMatching(new RegExp(`^# ${index + 1}\\. `)),
      '## Context',
      '## Choice',
      '## What would change our mind',
    ]);
  }
});

function listFiles(directory: string): readonly string[] {
  return readdirSync(join(root, directory), { withFileTypes: true }).flatMap((entry) => {
    const file = join(directory, entry.name);
    if (ignoredNames.has(entry.name)) return [];
    return entry.isDirectory() ? listFiles(file) : [file];
  });
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

const BLOCK = /^```\w*(?: [\w.-]+)?\n([^]*?)^```$/gm;

function blocksOf(text: string): readonly string[] {
  return [...text.matchAll(BLOCK)].map(([, content = '']) => content.trimEnd());
}

function withoutBlocks(text: string): string {
  return text.replaceAll(BLOCK, '');
}

/** Targets of links within the project. */
function linksOf(prose: string): readonly string[] {
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets.filter((target) => !/^[a-z]+:/.test(target));
}

function leadsSomewhere(document: string, link: string): boolean {
  const [path = '', heading] = link.split('#');
  const target = path === '' ? document : relative(root, join(root, dirname(document), decodeURIComponent(path)));
  if (target.startsWith('..') || !existsSync(join(root, target))) return false;
  return heading === undefined || anchorsOf(read(target)).includes(heading);
}

function anchorsOf(text: string): readonly string[] {
  return [...withoutBlocks(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => slugOf(heading));
}
