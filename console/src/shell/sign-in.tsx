/** Lets through who has a session; others trade the code of the start, a token, or a sign-in for one. */
import { lazy, Suspense, useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { openSession, takeArrival, useSession } from '../api/session.ts';
import type { Arrival } from '../api/session.ts';

const SignInPage = lazy(() => import('./sign-in-page.tsx'));

/** Taken once: strict mode renders twice, and a code is good for one session. */
const arrival = takeArrival();
let opening = arrival === undefined ? undefined : open(arrival);

async function open(arrived: Arrival): Promise<void> {
  if (arrived.kind === 'code') return openSession({ code: arrived.code });
  const { finishSignIn } = await import('../api/oidc.ts');
  return finishSignIn(arrived.answer);
}

export function SignIn({ children }: { readonly children: ReactNode }) {
  const session = useSession();
  const [problem, setProblem] = useState<unknown>();
  const [isBusy, setBusy] = useState(opening !== undefined);
  useEffect(() => {
    opening?.catch(setProblem).finally(() => {
      opening = undefined;
      setBusy(false);
    });
  }, []);
  if (isBusy) return null;
  if (session !== undefined) return children;
  return (
    <Suspense>
      <SignInPage problem={problem} onProblem={setProblem} />
    </Suspense>
  );
}
