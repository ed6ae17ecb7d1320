/** Asks before something that is not easily undone, and shows what went wrong with it. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
  makeStyles,
  mergeClasses,
  tokens,
} from '@fluentui/react-components';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { texts } from '../texts.ts';
import { Failure } from './states.tsx';

const useStyles = makeStyles({
  content: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
    paddingBlockEnd: tokens.spacingVerticalS,
  },
  danger: {
    backgroundColor: tokens.colorStatusDangerBackground3,
    ':hover': { backgroundColor: tokens.colorStatusDangerBackground3Hover },
    ':hover:active': { backgroundColor: tokens.colorStatusDangerBackground3Pressed },
  },
});

export interface QuestionProps {
  readonly title: string;
  /** What will be gone. */
  readonly hint: string;
  /** The word on the button that does it. */
  readonly confirm: string;
  /** Whether nothing is lost with it: the button is then one like others. */
  readonly isHarmless?: boolean;
  /** What has to be typed first, where much is lost. */
  readonly typed?: { readonly label: string; readonly text: string };
  onConfirm(): Promise<unknown>;
  onClose(): void;
}

export function Question({ title, hint, confirm, isHarmless = false, typed, onConfirm, onClose }: QuestionProps) {
  const styles = useStyles();
  const [text, setText] = useState('');
  const doing = useMutation({ mutationFn: onConfirm, onSuccess: onClose });
  const isBlocked = doing.isPending || (typed !== undefined && text.trim() !== typed.text);
  return (
    <Dialog open modalType="alert" onOpenChange={(_, { open }) => !open && onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{title}</DialogTitle>
          <DialogContent className={styles.content}>
            {doing.error === null ? <span>{hint}</span> : <Failure problem={doing.error} />}
            {typed !== undefined && (
              <Field label={typed.label}>
                <Input value={text} onChange={(_, { value }) => setText(value)} />
              </Field>
            )}
          </DialogContent>
          <DialogActions>
            <Button
              appearance="primary"
              className={mergeClasses(!isHarmless && !isBlocked && styles.danger)}
              disabled={isBlocked}
              onClick={() => doing.mutate()}
            >
              {confirm}
            </Button>
            <Button onClick={onClose}>{texts.actions.cancel}</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
