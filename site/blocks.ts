/** Blocks that say the same in several languages, one right after the other, are tabs on the site. */

const TABS: Readonly<Record<string, string>> = {
  sh: 'POSIX shell',
  powershell: 'PowerShell',
  js: 'Node',
  python: 'Python',
  csharp: 'C#',
  java: 'Java',
  go: 'Go',
};

const BLOCK = `\`\`\`(?:${Object.keys(TABS).join('|')})(?: [\\w.-]+)?\\n(?:(?!\`\`\`).*\\n)*\`\`\`\\n`;
/** Two or more blocks with an empty line between them and nothing else. */
const RUN = new RegExp(`^${BLOCK}(?:\\n${BLOCK})+`, 'gm');
const HEAD = /^```(\w+)(?: ([\w.-]+))?$/;

export function groupBlocks(markdown: string): string {
  return markdown.replaceAll(RUN, (run) => {
    const blocks = run.split(/(?<=^```\n)\n/m);
    const heads = blocks.map((block) => HEAD.exec(block.slice(0, block.indexOf('\n'))) ?? []);
    const languages = heads.map(([, language = '']) => language);
    if (new Set(languages).size < languages.length) return run;
    const tabs = blocks.map((block, index) => {
      const [head = '', language = '', file] = heads[index] ?? [];
      const title = file === undefined ? TABS[language] : `${TABS[language]}: ${file}`;
      return block.replace(head, `\`\`\`${language} [${title}]`);
    });
    return `::: code-group\n\n${tabs.join('\n')}\n:::\n`;
  });
}
