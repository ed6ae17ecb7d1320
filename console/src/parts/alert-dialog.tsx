/** A dialog in the middle of the page, with its buttons below. A click beside it does not close it. */
import {
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  makeStyles,
  tokens,
} from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useReturnedFocus } from './use-returned-focus.ts';

const useStyles = makeStyles({
  content: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
    paddingBlockEnd: tokens.spacingVerticalS,
  },
});

export interface AlertDialogProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly buttons: ReactNode;
  /** On Escape. */
  onEscape(): void;
}

export function AlertDialog({ title, children, buttons, onEscape }: AlertDialogProps) {
  const styles = useStyles();
  useReturnedFocus(onEscape);
  return (
    <Dialog open modalType="alert" onOpenChange={(_, { open }) => !open && onEscape()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{title}</DialogTitle>
          <DialogContent className={styles.content}>{children}</DialogContent>
          <DialogActions>{buttons}</DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
