/** Asks before an action that is not easily undone, runs it, and shows what went wrong. */
import { Button, Field, Input, makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { texts } from '../texts.ts';
import { AlertDialog } from './alert-dialog.tsx';
import { Failure } from './states.tsx';

const useStyles = makeStyles({
  danger: {
    backgroundColor: tokens.colorStatusDangerBackground3,
    ':hover': { backgroundColor: tokens.colorStatusDangerBackground3Hover },
    ':hover:active': { backgroundColor: tokens.colorStatusDangerBackground3Pressed },
  },
});

export interface QuestionProps {
  readonly title: string;
  /** What is lost. */
  readonly hint: string;
  /** Label of the button that does it. */
  readonly confirm: string;
  /** Whether nothing is lost: the button is then not red. */
  readonly isHarmless?: boolean;
  /** What must be typed first, if much is lost. */
  readonly typed?: { readonly label: string; readonly text: string };
  onConfirm(): Promise<unknown>;
  onClose(): void;
}

export function Question({ title, hint, confirm, isHarmless = false, typed, onConfirm, onClose }: QuestionProps) {
  const styles = useStyles();
  const [text, setText] = useState('');
  const doing = useMutation({ mutationFn: onConfirm, onSuccess: onClose });
  const isBlocked = doing.isPending || (typed !== undefined && text.trim() !== typed.text);
  // Closed too early, it could not show what went wrong.
  const close = (): void => {
    if (!doing.isPending) onClose();
  };
  return (
    <AlertDialog
      title={title}
      onEscape={close}
      buttons={
        <>
          <Button
            appearance="primary"
            className={mergeClasses(!isHarmless && !isBlocked && styles.danger)}
            disabledFocusable={isBlocked}
            onClick={() => doing.mutate()}
          >
            {confirm}
          </Button>
          <Button disabledFocusable={doing.isPending} onClick={close}>
            {texts.actions.cancel}
          </Button>
        </>
      }
    >
      {doing.error === null ? <span>{hint}</span> : <Failure problem={doing.error} />}
      {typed !== undefined && (
        <Field label={typed.label}>
          <Input value={text} onChange={(_, { value }) => setText(value)} />
        </Field>
      )}
    </AlertDialog>
  );
}
