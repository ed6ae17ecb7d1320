/** A request in the language of one's choice, which is remembered. The token is put in when it is copied. */
import { makeStyles, Tab, TabList, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import { texts } from '../texts.ts';
import { Code } from './copy.tsx';
import { LANGUAGES } from './snippets.ts';
import type { SnippetRequest } from './snippets.ts';

const KEY = 'vivarium-language';
const SHOWN_TOKEN = '(token)';

const useStyles = makeStyles({
  block: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS, minWidth: 0 },
  tabs: { flexWrap: 'wrap' },
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
      <TabList
        size="small"
        className={styles.tabs}
        selectedValue={language.name}
        onTabSelect={(_, { value }) => {
          localStorage.setItem(KEY, String(value));
          setName(String(value));
        }}
      >
        {LANGUAGES.map((known) => (
          <Tab key={known.name} value={known.name}>
            {known.name}
          </Tab>
        ))}
      </TabList>
      <Code
        text={write(SHOWN_TOKEN)}
        label={texts.snippets.label(language.name)}
        copied={async () => write(await findToken())}
      />
    </div>
  );
}
