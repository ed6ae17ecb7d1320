import { Button, Field, Input, makeStyles, Text, Title2, tokens } from '@fluentui/react-components';
import { useEffect, useState } from 'react';
import type { SubmitEvent } from 'react';
import { openSession } from '../api/session.ts';
import { Panel } from '../parts/panel.tsx';
import { Failure } from '../parts/states.tsx';
import { texts } from '../texts.ts';

const useStyles = makeStyles({
  page: {
    height: '100%',
    display: 'grid',
    placeItems: 'center',
    padding: tokens.spacingVerticalL,
    backgroundColor: tokens.colorNeutralBackground2,
  },
  card: { width: 'min(100%, 440px)', padding: tokens.spacingVerticalXXL },
  form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  logo: { width: '44px', height: '44px' },
});

export interface SignInPageProps {
  readonly problem: unknown;
  onProblem(problem: unknown): void;
}

export default function SignInPage({ problem, onProblem }: SignInPageProps) {
  const styles = useStyles();
  const [token, setToken] = useState('');
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    onProblem(undefined);
    openSession({ token: token.trim() }).catch(onProblem);
  };
  useEffect(() => {
    document.title = `${texts.signIn.title} · ${texts.product}`;
  }, []);
  return (
    <main className={styles.page}>
      <Panel className={styles.card}>
        <img src="/console/icon.svg" alt="" className={styles.logo} />
        <Title2 as="h1">{texts.signIn.title}</Title2>
        <Text>{texts.signIn.hint}</Text>
        {problem !== undefined && <Failure problem={problem} />}
        <form className={styles.form} onSubmit={submit}>
          <Field label={texts.signIn.token} required>
            <Input
              type="password"
              autoComplete="off"
              value={token}
              onChange={(_, { value }) => setToken(value)}
              autoFocus
            />
          </Field>
          <Button type="submit" appearance="primary" disabled={token.trim() === ''}>
            {texts.signIn.submit}
          </Button>
        </form>
      </Panel>
    </main>
  );
}
