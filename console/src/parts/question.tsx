/** Asks before something that cannot be undone, and shows what went wrong with it. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from '@fluentui/react-components';
import { useMutation } from '@tanstack/react-query';
import { texts } from '../texts.ts';
import { Failure } from './states.tsx';

export interface QuestionProps {
  readonly title: string;
  /** What will be gone. */
  readonly hint: string;
  /** The word on the button that does it. */
  readonly confirm: string;
  onConfirm(): Promise<unknown>;
  onClose(): void;
}

export function Question({ title, hint, confirm, onConfirm, onClose }: QuestionProps) {
  const doing = useMutation({ mutationFn: onConfirm, onSuccess: onClose });
  return (
    <Dialog open modalType="alert" onOpenChange={(_, { open }) => !open && onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{title}</DialogTitle>
          <DialogContent>{doing.error === null ? hint : <Failure problem={doing.error} />}</DialogContent>
          <DialogActions>
            <Button appearance="primary" disabled={doing.isPending} onClick={() => doing.mutate()}>
              {confirm}
            </Button>
            <Button onClick={onClose}>{texts.actions.cancel}</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
