/** The whole mapping, for what the form has no field for. */
import { Button, Field, makeStyles, Textarea, tokens } from '@fluentui/react-components';
import { ArrowDownloadRegular } from '@fluentui/react-icons/svg/arrow-download';
import { useState } from 'react';
import type { ImportMapping } from '../../../src/library/admin-types.ts';
import { problemAt } from '../parts/form-drawer.tsx';
import { saveFile } from '../parts/save-file.ts';
import { importTexts } from './import-texts.ts';

const texts = importTexts.map;

const useStyles = makeStyles({
  body: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS, paddingTop: tokens.spacingVerticalS },
  mono: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200 },
  buttons: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
  summary: { cursor: 'pointer' },
});

export interface MappingJsonProps {
  readonly mapping: ImportMapping;
  /** Of the file that it is for. */
  readonly fileName: string;
  onReset?(): void;
  onChange(mapping: ImportMapping): void;
}

export function MappingJson({ mapping, fileName, onReset, onChange }: MappingJsonProps) {
  const styles = useStyles();
  const whole = JSON.stringify(mapping, undefined, 2);
  /** While it is edited: another one than the form's. */
  const [draft, setDraft] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const edit = (text: string): void => {
    setDraft(text);
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch (cause) {
      setProblem((cause as Error).message);
      return;
    }
    const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
    setProblem(isObject ? undefined : texts.jsonObject);
    if (!isObject) return;
    const given = Object.entries(parsed as object).filter(([, value]) => value !== null);
    onChange(Object.fromEntries(given) as ImportMapping);
  };
  const save = (): void => {
    const name = `${fileName.replace(/\.[a-z.]+$/i, '')}.mapping.json`;
    saveFile(new Blob([`${whole}\n`], { type: 'application/json' }), name);
  };
  return (
    <div className={styles.body}>
      <details>
        <summary className={styles.summary}>{texts.json}</summary>
        <div className={styles.body}>
          <Field label={texts.json} hint={texts.jsonHint} {...problemAt(problem)}>
            <Textarea
              rows={16}
              resize="vertical"
              textarea={{ className: styles.mono, spellCheck: false }}
              value={draft ?? whole}
              onChange={(_, { value }) => edit(value)}
              onBlur={() => problem === undefined && setDraft(undefined)}
            />
          </Field>
        </div>
      </details>
      <div className={styles.buttons}>
        <Button size="small" icon={<ArrowDownloadRegular />} onClick={save}>
          {texts.jsonSave}
        </Button>
        {onReset !== undefined && (
          <Button
            size="small"
            onClick={() => {
              setDraft(undefined);
              setProblem(undefined);
              onReset();
            }}
          >
            {texts.reset}
          </Button>
        )}
      </div>
    </div>
  );
}
