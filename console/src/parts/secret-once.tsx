/** A secret that the server has just made, and never shows again. */
import { Button } from '@fluentui/react-components';
import { texts } from '../texts.ts';
import { AlertDialog } from './alert-dialog.tsx';
import { Code } from './copy.tsx';

export interface SecretOnceProps {
  readonly title: string;
  readonly hint: string;
  readonly secret: string;
  onClose(): void;
}

export function SecretOnce({ title, hint, secret, onClose }: SecretOnceProps) {
  return (
    <AlertDialog
      title={title}
      // Escape does nothing: the secret would be lost.
      onEscape={() => {}}
      buttons={
        <Button appearance="primary" onClick={onClose}>
          {texts.actions.secretKept}
        </Button>
      }
    >
      {hint}
      <Code text={secret} label={title} isWrapped />
    </AlertDialog>
  );
}
