import { Button, Field, Input, Link, makeStyles, Text, Title2, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { SubmitEvent } from 'react';
import { beginSignIn, findSignIn } from '../api/oidc.ts';
import { openSession } from '../api/session.ts';
import { Panel } from '../parts/panel.tsx';
import { Failure } from '../parts/states.tsx';
import { texts } from '../texts.ts';

const useStyles = makeStyles({
  page: {
    minHeight: '100%',
    display: 'grid',
    placeItems: 'center',
    padding: tokens.spacingVerticalL,
    backgroundColor: tokens.colorNeutralBackground2,
  },
  card: { width: 'min(100%, 440px)', padding: tokens.spacingVerticalXXL, boxShadow: tokens.shadow16 },
  form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  // Its drawing begins a little within it.
  logo: { width: '44px', height: '44px', marginInlineStart: '-6px' },
  other: { alignSelf: 'start' },
});

export interface SignInPageProps {
  readonly problem: unknown;
  onProblem(problem: unknown): void;
}

export default function SignInPage({ problem, onProblem }: SignInPageProps) {
  const styles = useStyles();
  const { data, isPending } = useQuery({ queryKey: ['sign-in'], queryFn: findSignIn });
  const [asksToken, setAsksToken] = useState(false);
  const hasIssuer = typeof data?.issuer === 'string';
  useEffect(() => {
    document.title = `${texts.signIn.title} · ${texts.product}`;
  }, []);
  return (
    <main className={styles.page}>
      <Panel className={styles.card}>
        <img src="/console/icon.svg" alt="" className={styles.logo} />
        <Title2 as="h1">{texts.signIn.title}</Title2>
        {problem !== undefined && <Failure problem={problem} />}
        {hasIssuer && (
          <>
            <Text>{texts.signIn.personHint}</Text>
            <Button appearance="primary" size="large" onClick={() => void beginSignIn().catch(onProblem)}>
              {texts.signIn.person}
            </Button>
          </>
        )}
        {hasIssuer && !asksToken ? (
          <Link as="button" className={styles.other} onClick={() => setAsksToken(true)}>
            {texts.signIn.withToken}
          </Link>
        ) : (
          !isPending && <TokenForm isPrimary={!hasIssuer} onProblem={onProblem} />
        )}
      </Panel>
    </main>
  );
}

interface TokenFormProps extends Pick<SignInPageProps, 'onProblem'> {
  readonly isPrimary: boolean;
}

function TokenForm({ isPrimary, onProblem }: TokenFormProps) {
  const styles = useStyles();
  const [token, setToken] = useState('');
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    onProblem(undefined);
    openSession({ token: token.trim() }).catch(onProblem);
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <Text>{texts.signIn.hint}</Text>
      <Field label={texts.signIn.token} required>
        <Input
          type="password"
          autoComplete="off"
          value={token}
          onChange={(_, { value }) => setToken(value)}
          autoFocus
        />
      </Field>
      <Button type="submit" appearance={isPrimary ? 'primary' : 'secondary'} disabled={token.trim() === ''}>
        {texts.signIn.submit}
      </Button>
    </form>
  );
}
