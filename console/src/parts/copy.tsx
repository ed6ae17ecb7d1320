/** Text to be copied, and the button that does it. */
import { Button, makeStyles, mergeClasses, tokens, Tooltip } from '@fluentui/react-components';
import { CheckmarkRegular } from '@fluentui/react-icons/svg/checkmark';
import { CopyRegular } from '@fluentui/react-icons/svg/copy';
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss';
import { useEffect, useState } from 'react';
import { texts } from '../texts.ts';

const SHOWN_MS = 1_500;

const useStyles = makeStyles({
  block: { position: 'relative', minWidth: 0 },
  code: {
    margin: 0,
    padding: tokens.spacingVerticalM,
    paddingInlineEnd: '48px',
    overflow: 'auto',
    maxHeight: '60vh',
    whiteSpace: 'pre',
    tabSize: 2,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase300,
    backgroundColor: tokens.colorNeutralBackground3,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  wrapped: { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' },
  button: { position: 'absolute', top: tokens.spacingVerticalXS, right: tokens.spacingHorizontalXS },
});

export interface CopyButtonProps {
  /** Or what makes it, where it holds a token that is asked for only now. */
  readonly text: string | (() => Promise<string>);
  readonly label: string;
  readonly className?: string;
}

export function CopyButton({ text, label, className }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<'copied' | 'failed'>();
  useEffect(() => {
    if (outcome === undefined) return;
    const timer = setTimeout(() => setOutcome(undefined), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(typeof text === 'string' ? text : await text());
      setOutcome('copied');
    } catch {
      // There is no clipboard without TLS or permission, or the token request failed.
      setOutcome('failed');
    }
  };
  return (
    <Tooltip content={outcome === undefined ? label : texts.actions[outcome]} relationship="label">
      <Button
        appearance="subtle"
        size="small"
        {...(className !== undefined && { className })}
        icon={
          outcome === undefined ? <CopyRegular /> : outcome === 'copied' ? <CheckmarkRegular /> : <DismissRegular />
        }
        onClick={() => void copy()}
      />
    </Tooltip>
  );
}

export interface CodeProps {
  readonly text: string;
  /** What the block holds, for those who cannot see it. */
  readonly label: string;
  readonly isWrapped?: boolean;
  /** What to copy, if it differs from the text shown. */
  readonly copied?: () => Promise<string>;
}

export function Code({ text, label, isWrapped = false, copied }: CodeProps) {
  const styles = useStyles();
  return (
    <div className={styles.block}>
      {/* It scrolls, so the keyboard has to reach it. */}
      <pre
        className={mergeClasses(styles.code, isWrapped && styles.wrapped)}
        tabIndex={0}
        role="region"
        aria-label={label}
      >
        <code>{text}</code>
      </pre>
      <CopyButton text={copied ?? text} label={texts.actions.copy(label)} className={styles.button} />
    </div>
  );
}
