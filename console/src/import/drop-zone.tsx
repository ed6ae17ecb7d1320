/** Where a file is dropped, or chosen. */
import { Button, makeStyles, mergeClasses, Text, tokens } from '@fluentui/react-components';
import { ArrowUploadRegular } from '@fluentui/react-icons/svg/arrow-upload';
import { useRef, useState } from 'react';
import type { DragEvent } from 'react';
import { importTexts as texts } from './import-texts.ts';

const useStyles = makeStyles({
  zone: {
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    justifyContent: 'center',
    textAlign: 'center',
    gap: tokens.spacingVerticalM,
    minHeight: '280px',
    padding: tokens.spacingVerticalXXL,
    border: `2px dashed ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusXLarge,
    backgroundColor: tokens.colorNeutralBackground2,
  },
  over: { border: `2px dashed ${tokens.colorBrandStroke1}`, backgroundColor: tokens.colorBrandBackground2 },
  icon: { fontSize: '40px', color: tokens.colorBrandForeground1, display: 'inline-flex' },
  hint: { maxWidth: '52ch', textAlign: 'center', color: tokens.colorNeutralForeground2 },
});

const ACCEPTED = '.csv,.tsv,.txt,.ndjson,.jsonl,.json,.gz';

export function DropZone({ onFile }: { onFile(file: File): void }) {
  const styles = useStyles();
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (file !== undefined) onFile(file);
  };
  return (
    <div
      className={mergeClasses(styles.zone, isOver && styles.over)}
      role="group"
      aria-label={texts.drop.title}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <ArrowUploadRegular className={styles.icon} />
      <Text as="h2" size={500} weight="semibold">
        {texts.drop.title}
      </Text>
      <Text className={styles.hint}>{texts.drop.hint}</Text>
      <Button appearance="primary" onClick={() => input.current?.click()}>
        {texts.drop.choose}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        accept={ACCEPTED}
        aria-label={texts.drop.choose}
        onChange={({ target }) => {
          const file = target.files?.[0];
          if (file !== undefined) onFile(file);
        }}
      />
    </div>
  );
}
