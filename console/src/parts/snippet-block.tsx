/** A request in the language of one's choice, which is remembered. The token is put in when it is copied. */
import { makeStyles, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import { texts } from '../texts.ts';
import { Code } from './copy.tsx';
import { LANGUAGES } from './snippets.ts';
import type { SnippetRequest } from './snippets.ts';
import { PageTabs } from './page-tabs.tsx';

const KEY = 'vivarium-language';
const SHOWN_TOKEN = '(token)';
const LABELS = Object.fromEntries(LANGUAGES.map(({ name }) => [name, name]));

const useStyles = makeStyles({
  block: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS, minWidth: 0 },
});

export interface SnippetBlockProps {
  readonly request: SnippetRequest;
  findToken(): Promise<string>;
}

export function SnippetBlock({ request, findToken }: SnippetBlockProps) {
  const styles = useStyles();
  const [name, setName] = useState(() => localStorage.getItem(KEY) ?? LANGUAGES[0]?.name);
  const language = LANGUAGES.find((known) => known.name === name) ?? LANGUAGES[0];
  if (language === undefined) return null;
  const write = (token: string): string =>
    language.write({ ...request, headers: [['Authorization', `Bearer ${token}`], ...request.headers] });
  return (
    <div className={styles.block}>
      <PageTabs
        size="small"
        labels={LABELS}
        selected={language.name}
        onSelect={(value) => {
          localStorage.setItem(KEY, value);
          setName(value);
        }}
      />
      <Code
        text={write(SHOWN_TOKEN)}
        label={texts.snippets.label(language.name)}
        copied={async () => write(await findToken())}
      />
    </div>
  );
}
